use super::*;

fn uncommented() -> String {
    let keys = TEMPLATE.lines().filter_map(|line| line.strip_prefix("# "));
    keys.filter(|line| line.contains(" = ")).collect::<Vec<_>>().join("\n")
}

fn resolved(file: &str, stated: Options) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("ostler.toml");
    std::fs::write(&config, file).unwrap();
    Settings::resolve(&Place { config: Some(config), ..Place::default() }, stated).unwrap()
}

#[test]
fn the_template_shows_every_default() {
    let defaults = Settings::resolve(&Place::default(), Options::default()).unwrap();
    assert_eq!(resolved(&uncommented(), Options::default()), defaults);
    assert_eq!(resolved(TEMPLATE, Options::default()), defaults);
    let table: toml::Table = toml::from_str(&uncommented()).unwrap();
    let flags = <Options as Args>::augment_args(clap::Command::new("ostler"));
    let mut flags: Vec<&str> = flags.get_arguments().filter_map(clap::Arg::get_long).collect();
    flags.extend(["data", "schema", "store"]);
    flags.sort_unstable();
    let mut keys: Vec<&str> = table.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, flags);
}

#[test]
fn every_flag_is_an_environment_variable() {
    let flags = <Options as Args>::augment_args(clap::Command::new("ostler"));
    let flags = <Place as Args>::augment_args(flags);
    for flag in flags.get_arguments() {
        let expected = flag.get_long().unwrap().replace('-', "_").to_uppercase();
        assert_eq!(flag.get_env().unwrap().to_str().unwrap(), format!("OSTLER_{expected}"));
    }
}

#[test]
fn what_is_stated_goes_before_the_file() {
    let file = "deadline = '5s'\nrate-limit = 'off'\nbody_limit = '1KiB'";
    let stated = Options { deadline: Some(Span(Duration::from_secs(7))), ..Options::default() };
    let settings = resolved(file, stated);
    assert_eq!(settings.deadline, Duration::from_secs(7));
    assert_eq!(settings.rate_limit, None);
    assert_eq!(settings.body_bytes_max, 1024);
}

#[test]
fn documents_are_kept_in_memory_as_far_as_is_said() {
    for (file, bytes) in [
        ("", 64 << 20),
        ("document-cache = 'off'", 0),
        ("document-cache = '8GiB'", 8 << 30),
        ("document_cache = '100MB'", 100_000_000),
    ] {
        assert_eq!(resolved(file, Options::default()).document_cache_bytes, bytes, "{file}");
    }
}

#[test]
fn what_may_hold_a_secret_is_never_shown() {
    let file = "alert-webhook = 'https://hooks.example.com/quimby'\nalert_secret = 'quimby'\n\
                alert-sentry = 'https://quimby@sentry.example.com/1'\n\
                limits = 'redis://:quimby@localhost:6379/3'";
    let settings = resolved(file, Options::default());
    let alerts = settings.of_alerts().unwrap();
    assert_eq!(alerts.webhook.unwrap().path(), "/quimby");
    assert_eq!(alerts.sentry.unwrap().public_key(), "quimby");
    assert_eq!(alerts.webhook_secret.unwrap(), "quimby");
    assert_eq!(settings.of_limits().unwrap().unwrap().redis_settings().db(), 3);
    assert!(!format!("{settings:?}").contains("quimby"));
    for (key, told) in [("alert-webhook", "is no address"), ("alert-sentry", "is no DSN")] {
        let problem = resolved(&format!("{key} = 'quimby'"), Options::default()).of_alerts();
        let problem = problem.unwrap_err();
        assert!(problem.contains(key) && problem.contains(told), "{problem}");
        assert!(!problem.contains("quimby"), "{problem}");
    }
    for wrong in ["quimby", "http://quimby/", "redis://:quimby@"] {
        let problem = resolved(&format!("limits = '{wrong}'"), Options::default()).of_limits();
        let problem = problem.unwrap_err();
        assert_eq!(problem, "limits is no address such as redis://localhost:6379/0, or off.");
    }
}

#[test]
fn unknown_keys_and_values_are_refused() {
    for (file, told) in [
        ("deadlin = '5s'", "unknown field `deadlin`"),
        ("deadline = '5 years'", "is no time"),
        ("deadline = '0s'", "is no time"),
        ("body-limit = '1TiB'", "is no size"),
        ("rate-limit = 'never'", "or off"),
        ("document-cache = '0MiB'", "neither a size such as 64MiB nor off"),
        ("document-cache = 'much'", "neither a size such as 64MiB nor off"),
        ("environment = 'test'", "unknown variant `test`"),
        ("data = 1", "not the name of a folder"),
        ("[[", "TOML parse error"),
    ] {
        let problem = ConfigFile::read(file).unwrap_err();
        assert!(problem.contains(told), "{problem}");
    }
    let missing = Place { config: Some("/nowhere/ostler.toml".into()), ..Place::default() };
    assert!(missing.file().unwrap_err().contains("cannot be read"));
}
