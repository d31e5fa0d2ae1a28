//! Holds the served OpenAPI document, and the answers to generated requests, against tools of others.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

/// What has to be installed, and how.
const TOOLS: &str = "pip install schemathesis openapi-spec-validator; npm for npx";

/// A running server with the demo hotels, on a folder of its own.
struct Server {
    process: Child,
    address: String,
    folder: std::path::PathBuf,
}

/// Runs every tool; `arguments` go to schemathesis.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> ExitCode {
    match checked(root, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("conformance: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn checked(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let built = Command::new("cargo").current_dir(root).args(["build", "-p", "ostler"]).status();
    succeed("cargo build", built)?;
    let server = Server::start(root)?;
    let document = server.folder.join("openapi.json");
    let url = format!("{}/_ostler/openapi.json", server.address);
    let fetch = "import sys, urllib.request as it; it.urlretrieve(sys.argv[1], sys.argv[2])";
    let fetched = Command::new("python3").args(["-c", fetch, &url]).arg(&document).status();
    succeed("python3", fetched)?;
    let valid = ["-m", "openapi_spec_validator"];
    let valid = Command::new("python3").args(valid).arg(&document).status();
    succeed("openapi-spec-validator", valid)?;
    let types = Command::new("npx")
        .current_dir(&server.folder)
        .args(["--yes", "openapi-typescript@7", "openapi.json", "-o", "api.d.ts"])
        .status();
    succeed("openapi-typescript", types)?;
    let compiled = Command::new("npx")
        .current_dir(&server.folder)
        .args(["--yes", "-p", "typescript", "tsc", "--noEmit", "--strict", "api.d.ts"])
        .status();
    succeed("tsc", compiled)?;
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,\
                  response_schema_conformance";
    let requests = Command::new("schemathesis")
        .current_dir(&server.folder)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", root.join("xtask/conformance"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("OSTLER_ADDRESS", &server.address)
        .args(["run", &url, "--checks", checks, "--phases", "coverage,fuzzing"])
        .args(arguments)
        .status();
    succeed("schemathesis", requests)
}

fn succeed(tool: &str, outcome: std::io::Result<std::process::ExitStatus>) -> Result<(), String> {
    match outcome {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{tool} says no ({status}). Are the tools there? {TOOLS}")),
        Err(error) => Err(format!("{tool} does not start: {error}. Install it: {TOOLS}")),
    }
}

impl Server {
    fn start(root: &Path) -> Result<Self, String> {
        let folder =
            std::env::temp_dir().join(format!("ostler-conformance-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut process = Command::new(root.join("target/debug/ostler"))
            .current_dir(&folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--log", "warn"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let screen = process.stdout.take().ok_or("the server has no standard output")?;
        let mut lines = BufReader::new(screen).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.strip_prefix("Address: ")?.to_owned()));
        let address = address.unwrap_or_default();
        let server = Self { process, address, folder };
        if server.address.is_empty() {
            return Err("the server did not start".to_owned());
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What is gone already is as good as ended.
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
