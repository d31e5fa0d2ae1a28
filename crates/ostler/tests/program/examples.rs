//! Every example of every document: run with the real program, or held against the source.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::alerts::one_alert;
use super::support::{Server, furnished, ostler, serve};
use super::tour::Tour;

/// A fenced block.
struct Block {
    /// Where it stands, for whoever repairs it.
    place: String,
    language: String,
    lines: Vec<String>,
    /// The text between the block before and this one.
    introduction: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The documents below a folder, without what is built or hidden.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "ostler-data"].contains(&name.as_str()) {
                documents(&path, found);
            }
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

fn blocks(document: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(document).unwrap();
    let shown = document.strip_prefix(root()).unwrap().display().to_string();
    let (mut blocks, mut introduction) = (Vec::new(), String::new());
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block {
                    place: format!("{shown}:{}", index + 1),
                    language: language.to_owned(),
                    lines: Vec::new(),
                    introduction: std::mem::take(&mut introduction),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.lines.push(line.to_owned()),
            (None, None) => introduction.extend([line, "\n"]),
        }
    }
    assert!(open.is_none(), "{shown} ends within a block");
    blocks
}

#[test]
fn every_example_does_what_it_shows() {
    let mut found = Vec::new();
    documents(&root(), &mut found);
    assert!(found.iter().any(|path| path.ends_with("docs/configuration.md")));
    for document in found {
        let mut shell = Shell::new();
        for block in blocks(&document) {
            match block.language.as_str() {
                "sh" => shell.run(&block),
                "rust" => is_in_the_source(&block),
                "json" => is_an_alert(&block),
                "toml" => are_dependencies(&block),
                // No example: a picture made of letters.
                "text" => {}
                other => panic!("{}: nothing runs {other:?}", block.place),
            }
        }
        shell.end();
    }
}

/// Where the commands of one document are run, one after another: in a folder with the demo hotels.
struct Shell {
    folder: tempfile::TempDir,
    server: Option<Server>,
    tour: Tour,
}

impl Shell {
    fn new() -> Self {
        Self { folder: furnished(), server: None, tour: Tour::default() }
    }

    fn run(&mut self, block: &Block) {
        let mut lines = block.lines.iter();
        while let Some(line) = lines.next() {
            let command = line.split("  #").next().unwrap().trim_end();
            if command.ends_with("() {") {
                let body: Vec<&str> =
                    lines.by_ref().map(String::as_str).take_while(|line| *line != "}").collect();
                self.tour.define(command, &body.join("\n"));
            } else if let Some(arguments) = command.strip_prefix("cargo run --release -- ") {
                self.program(arguments, &block.place);
            } else if let Some(arguments) = command.strip_prefix("ostler ") {
                self.program(arguments, &block.place);
            } else if let Some(chore) = command.strip_prefix("cargo xtask ") {
                is_a_chore(chore, &block.place);
            } else if let Some(script) = command.strip_prefix("bash ") {
                // It runs these tests, so it is only read here.
                let mut bash = Command::new("bash");
                let read = bash.arg("-n").arg(root().join(script)).status().unwrap();
                assert!(read.success(), "{}: {script}", block.place);
            } else {
                let server = self.server.as_ref();
                assert!(self.tour.step(command, server), "{}: nothing runs {line}", block.place);
            }
        }
    }

    /// Runs the program with these arguments; a server goes on until the document ends.
    fn program(&mut self, arguments: &str, place: &str) {
        if let Some(arguments) = arguments.strip_prefix("serve") {
            let words: Vec<&str> = arguments.split_whitespace().collect();
            // The address that a reader has free may be taken here.
            let listen = words.iter().position(|word| *word == "--listen");
            let kept = words.iter().enumerate().filter(|(index, _)| {
                listen.is_none_or(|listen| *index != listen && *index != listen + 1)
            });
            let kept: Vec<&str> = kept.map(|(_, word)| *word).collect();
            assert!(self.server.is_none(), "{place}: a second server");
            self.server = Some(serve(self.folder.path(), &kept));
            return;
        }
        // Through a shell: some of what is printed is kept in a file.
        let binary = Path::new(env!("CARGO_BIN_EXE_ostler"));
        let output = Command::new("sh")
            .args(["-c", &format!("{} {arguments}", binary.display())])
            .current_dir(self.folder.path())
            .env_remove("OSTLER_DATA")
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{place}: {arguments}: {complaint}");
    }

    fn end(self) {
        if let Some(server) = self.server {
            assert_eq!(server.terminate(), Some(0));
        }
        self.tour.end();
    }
}

/// A chore runs these tests or takes as long; here it must exist.
fn is_a_chore(chore: &str, place: &str) {
    let name = chore.split(' ').next().unwrap();
    let source = std::fs::read_to_string(root().join("xtask/src/main.rs")).unwrap();
    assert!(source.contains(&format!("Some((&\"{name}\", ")), "{place}: no chore {name}");
}

/// The block is an excerpt of the file that the text before it names, `// …` standing for what is
/// left out.
fn is_in_the_source(block: &Block) {
    let place = &block.place;
    let named = block.introduction.split('`').rfind(|word| word.ends_with(".rs"));
    let file = named.unwrap_or_else(|| panic!("{place}: no source file is named before it"));
    let source = std::fs::read_to_string(root().join(file)).unwrap();
    // Lints are ours, not the reader's.
    let shown = source.lines().filter(|line| !line.starts_with("#![expect"));
    let source: String = shown.flat_map(|line| [line, "\n"]).collect();
    let mut rest = source.as_str();
    for part in block.lines.split(|line| line.trim() == "// …") {
        let part = part.join("\n");
        let start = rest.find(&part).unwrap_or_else(|| panic!("{place}: not in {file}:\n{part}"));
        rest = &rest[start + part.len()..];
    }
}

/// The block lists dependencies as this workspace has them itself.
fn are_dependencies(block: &Block) {
    let place = &block.place;
    let read = |text: &str| text.parse::<toml::Table>().unwrap();
    let workspace = read(&std::fs::read_to_string(root().join("Cargo.toml")).unwrap());
    let (own, package) =
        (&workspace["workspace"]["dependencies"], &workspace["workspace"]["package"]);
    let shown = read(&block.lines.join("\n"));
    let shown =
        shown["dependencies"].as_table().unwrap_or_else(|| panic!("{place}: nothing runs this"));
    let version = |it: &toml::Value| it.get("version").unwrap_or(it).clone();
    for (name, dependency) in shown {
        let known = own.get(name).unwrap_or_else(|| panic!("{place}: {name} is unknown here"));
        match dependency.get("git") {
            Some(git) => {
                assert_eq!(git, &package["repository"], "{place}: {name}");
                assert!(known.get("path").is_some(), "{place}: {name} is not ours");
            }
            None => assert_eq!(version(dependency), version(known), "{place}: {name}"),
        }
    }
}

/// The block is an alert with the properties that a receiver gets, in their order.
fn is_an_alert(block: &Block) {
    let shown: Value = serde_json::from_str(&block.lines.join("\n")).unwrap();
    assert!(shown["Alert"].is_string(), "{}: nothing runs this JSON", block.place);
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let got = one_alert(listener, 200);
    let mut command = ostler(folder.path(), &["alerts", "test"]);
    assert!(command.env("OSTLER_ALERT_WEBHOOK", address).output().unwrap().status.success());
    let names = |alert: &Value| alert.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&shown), names(&got.join().unwrap()), "{}", block.place);
}
