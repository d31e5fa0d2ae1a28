//! The tidy checks: what neither the compiler nor clippy checks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The most lines that a source file may have.
const FILE_LINES_MAX: usize = 800;

/// The languages that every sentence for end users exists in.
const LANGUAGES: [&str; 5] = ["en", "de", "fr", "es", "cs"];

/// Which crates a crate may depend on: arrows point down only.
const EDGES: &[(&str, &[&str])] = &[
    ("contract", &[]),
    ("api", &["ostler-contract"]),
    ("client", &["ostler-api", "ostler-contract"]),
    ("store", &["ostler-contract"]),
    ("hotel", &["ostler-api", "ostler-contract", "ostler-store"]),
    ("worlds", &["ostler-api", "ostler-contract", "ostler-hotel", "ostler-store"]),
    ("ostler", &["ostler-api", "ostler-contract", "ostler-hotel", "ostler-store", "ostler-worlds"]),
];

/// Texts that would betray a layer: (folder, text, why).
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("crates/hotel/src", "async fn", "a rule never awaits"),
    ("crates/hotel/src", "rusqlite", "rules do not know the database driver"),
    ("crates/hotel/src", "axum", "rules do not know HTTP"),
    ("crates/hotel/src", "SELECT ", "rules contain no SQL"),
    ("crates/api/src", "async fn", "the interface has no logic"),
    ("crates/api/src", "rusqlite", "the interface does not know the database driver"),
    ("crates/worlds/src", "rusqlite", "only the store names a driver"),
    ("crates/ostler/src", "rusqlite", "only the store names a driver"),
];

/// Runs every check and prints what it finds.
pub(crate) fn run(root: &Path) -> ExitCode {
    let sources = sources(root);
    let mut problems = Vec::new();
    for (path, text) in &sources {
        file(root, path, text, &mut problems);
    }
    edges(root, &mut problems);
    client(root, &mut problems);
    registry(root, &sources, &mut problems);
    sentences(root, &sources, &mut problems);
    links(root, &mut problems);
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    if problems.is_empty() {
        println!("tidy: {} files, nothing to say", sources.len());
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn sources(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "xtask", "tests", "benches", "fuzz/fuzz_targets"] {
        collect(&root.join(folder), "rs", &mut found);
    }
    found
        .into_iter()
        .filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?)))
        .collect()
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
}

fn file(root: &Path, path: &Path, text: &str, problems: &mut Vec<String>) {
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        problems.push(format!("{name}: {lines} lines, at most {FILE_LINES_MAX}"));
    }
    let is_test = name.contains("tests");
    if !is_test && !text.starts_with("//! ") {
        problems.push(format!("{name}: begins without a `//!` line that says what it is for"));
    }
    if name.ends_with("/mod.rs") {
        problems.push(format!("{name}: a folder's module is the file beside it, not mod.rs"));
    }
    if !name.starts_with("xtask/") {
        for word in ["TODO", "FIXME", "todo!()"] {
            if text.contains(word) {
                problems.push(format!("{name}: contains {word}; an issue is the place for it"));
            }
        }
    }
    for (folder, word, why) in FORBIDDEN {
        if !is_test && name.starts_with(folder) && text.contains(word) {
            problems.push(format!("{name}: contains `{word}`: {why}"));
        }
    }
}

fn edges(root: &Path, problems: &mut Vec<String>) {
    for (member, allowed) in EDGES {
        let manifest = root.join("crates").join(member).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap_or_default();
        let dependencies = text.split("[dev-dependencies]").next().unwrap_or_default();
        for line in dependencies.lines().filter(|line| line.starts_with("ostler-")) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if !allowed.contains(&name) {
                problems.push(format!("crates/{member} may not depend on {name}"));
            }
        }
    }
}

/// What must not be behind the client: databases, servers and everything of Ostler's that uses them.
const NOT_IN_CLIENT: &[&str] = &[
    "rusqlite",
    "libsqlite3-sys",
    "postgres",
    "tokio-postgres",
    "axum",
    "fluent-bundle",
    "ostler",
    "ostler-hotel",
    "ostler-store",
    "ostler-worlds",
];

fn client(root: &Path, problems: &mut Vec<String>) {
    let arguments =
        ["tree", "--locked", "-p", "ostler-client", "-e", "normal,build", "--prefix", "none"];
    let output = Command::new("cargo").current_dir(root).args(arguments).output();
    let tree = match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => {
            let reason = String::from_utf8_lossy(&output.stderr).into_owned();
            return problems.push(format!("the client's dependencies are unknown: {reason}"));
        }
        Err(error) => {
            return problems.push(format!("the client's dependencies are unknown: {error}"));
        }
    };
    let names: BTreeSet<&str> = tree.lines().filter_map(|it| it.split(' ').next()).collect();
    for name in NOT_IN_CLIENT.iter().filter(|name| names.contains(**name)) {
        problems.push(format!("crates/client depends on {name}, if not directly"));
    }
}

/// Every rule stands in the registry, and every operation in a whole-server test.
fn registry(root: &Path, sources: &[(PathBuf, String)], problems: &mut Vec<String>) {
    let table = fs::read_to_string(root.join("crates/hotel/src/registry.rs")).unwrap_or_default();
    let rows = table.matches("query::<").count() + table.matches("command::<").count();
    let hotel = root.join("crates/hotel/src");
    let rules: usize = sources
        .iter()
        .filter(|(path, _)| path.starts_with(&hotel) && !path.ends_with("operation.rs"))
        .map(|(_, text)| {
            text.matches("impl Query for ").count() + text.matches("impl Command for ").count()
        })
        .sum();
    if rows != rules {
        problems.push(format!("the registry has {rows} rows for {rules} rules"));
    }
    let tests: String = sources
        .iter()
        .filter(|(path, _)| path.starts_with(root.join("tests/it")))
        .map(|(_, text)| text.as_str())
        .collect();
    for (_, text) in sources.iter().filter(|(path, _)| path.starts_with(root.join("crates/api"))) {
        for address in text.lines().filter_map(|line| {
            line.trim().strip_prefix("const ADDRESS: &'static str = \"")?.split('"').next()
        }) {
            if !tests.contains(&format!("\"{address}\"")) {
                problems.push(format!("{address} has no whole-server test"));
            }
        }
    }
}

/// Every sentence that a rule names exists in every language, with the same arguments.
fn sentences(root: &Path, sources: &[(PathBuf, String)], problems: &mut Vec<String>) {
    let mut used = BTreeSet::new();
    for (path, text) in
        sources.iter().filter(|(path, _)| path.starts_with(root.join("crates/hotel")))
    {
        if path.to_string_lossy().contains("tests") {
            continue;
        }
        for part in text.split("Error::rule(").skip(1) {
            match part.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                Some(key) => {
                    used.insert(key.to_owned());
                }
                None => continue,
            }
        }
    }
    let read = |language: &str| {
        let path = root.join(format!("crates/hotel/texts/{language}.ftl"));
        messages(&fs::read_to_string(path).unwrap_or_default())
    };
    let reference = read("en");
    for key in used.iter().filter(|key| !reference.contains_key(*key)) {
        problems.push(format!("the sentence `{key}` is missing in en.ftl"));
    }
    for language in LANGUAGES {
        let texts = read(language);
        for (key, arguments) in &reference {
            match texts.get(key) {
                None => problems.push(format!("the sentence `{key}` is missing in {language}.ftl")),
                Some(own) if !own.is_subset(arguments) => problems.push(format!(
                    "the sentence `{key}` in {language}.ftl has arguments of its own"
                )),
                Some(_) => {}
            }
        }
        for key in texts.keys().filter(|key| !reference.contains_key(*key)) {
            problems.push(format!("the sentence `{key}` of {language}.ftl is not in en.ftl"));
        }
    }
}

/// The messages of a Fluent file with the arguments that each uses.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" = ")
            && !line.starts_with([' ', '\t'])
        {
            current = key.to_owned();
            found.entry(current.clone()).or_default();
        } else if let Some(key) = line.strip_suffix(" =") {
            current = key.to_owned();
            found.entry(current.clone()).or_default();
        }
        for argument in line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next()) {
            found.entry(current.clone()).or_default().insert(argument.to_owned());
        }
    }
    found
}

/// Every relative link of the documents leads to a file.
fn links(root: &Path, problems: &mut Vec<String>) {
    let mut documents = Vec::new();
    collect(&root.join("docs"), "md", &mut documents);
    if let Ok(entries) = fs::read_dir(root) {
        let top = entries.flatten().map(|entry| entry.path());
        documents.extend(top.filter(|path| path.extension().is_some_and(|it| it == "md")));
    }
    for path in documents {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_elsewhere = target.is_empty() || target.contains("://");
            let folder = path.parent().unwrap_or(root);
            if !is_elsewhere && !folder.join(target).exists() {
                let name = path.strip_prefix(root).unwrap_or(&path).display();
                problems.push(format!("{name}: the link to {target} leads nowhere"));
            }
        }
    }
}
