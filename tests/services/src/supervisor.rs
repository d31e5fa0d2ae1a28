//! A shell between us and a service: it ends the service when we end, however that comes about.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use crate::START_TIME;

/// Runs a service by orders on its standard input. The end of input, which the system sees to when
/// this process dies, ends the service and removes its folder. As the parent of the service it can
/// signal nobody else by mistake.
const SCRIPT: &str = r#"
folder=$1 last=$2
shift 2
end() {
  if [ -n "$service" ]; then
    kill -"$1" "$service"
    wait "$service"
    service=
  fi
}
service=
while read -r order; do
  if [ "$order" = start ]; then
    "$@" </dev/null >>"$folder/log" 2>&1 &
    service=$!
    echo "$service"
  elif [ "$order" = STOP ] || [ "$order" = CONT ]; then
    kill -"$order" "$service"
    echo told
  else
    end "$order"
    echo ended
  fi
done
end "$last"
rm -rf "$folder"
"#;

/// The lines of a service's log that are shown where it does not start.
const LOG_LINES_MAX: usize = 20;

/// A service under supervision.
#[derive(Debug)]
pub(crate) struct Supervisor {
    shell: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Supervisor {
    /// Supervises a service that is not started yet. The folder is removed in the end, when the
    /// service gets the signal `last`.
    pub(crate) fn new(folder: &Path, last: &str, service: &Command) -> Result<Self, String> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "sh"]).arg(folder).arg(last);
        command.arg(service.get_program()).args(service.get_args());
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        // Apart from signals that are meant for us, such as that of Ctrl-C: the end of our input
        // reaches it, when whoever uses the service is gone.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let cannot = |reason: &str| format!("a shell cannot be started: {reason}");
        let mut shell = command.spawn().map_err(|error| cannot(&error.to_string()))?;
        let orders = shell.stdin.take();
        let answers = shell.stdout.take().ok_or_else(|| cannot("it has no output"))?;
        Ok(Self { shell, orders, answers: BufReader::new(answers), folder: folder.to_owned() })
    }

    /// Starts the service and waits until it is ready.
    ///
    /// # Errors
    /// Shows the end of the log where the service ends, or is not ready in time.
    pub(crate) fn start(&mut self, is_ready: impl Fn(u32) -> bool) -> Result<(), String> {
        let answer = self.order("start")?;
        let id: u32 =
            answer.trim().parse().map_err(|error| format!("{answer:?} is no process: {error}"))?;
        let started = Instant::now();
        while !is_ready(id) {
            if has_ended(id) || started.elapsed() > START_TIME {
                self.order("KILL")?;
                return Err(self.log());
            }
            #[expect(clippy::disallowed_methods, reason = "the service starts meanwhile")]
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Ok(())
    }

    /// Ends the service by a signal, and waits for its end. It can be started again.
    pub(crate) fn end(&mut self, signal: &str) -> Result<(), String> {
        self.order(signal).map(drop)
    }

    /// Lets the service do nothing for a while, although its connections stand.
    pub(crate) fn freeze(&mut self) -> Result<(), String> {
        self.order("STOP").map(drop)
    }

    /// Lets the service go on.
    pub(crate) fn thaw(&mut self) -> Result<(), String> {
        self.order("CONT").map(drop)
    }

    fn order(&mut self, order: &str) -> Result<String, String> {
        let orders = self.orders.as_mut().ok_or("the shell of a service has ended")?;
        let lost = |error| format!("the shell of a service has ended: {error}");
        writeln!(orders, "{order}").map_err(lost)?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).map_err(lost)?;
        Ok(answer)
    }

    /// The end of what the service wrote.
    fn log(&self) -> String {
        let path = self.folder.join("log");
        let log = match std::fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => return format!("{} cannot be read: {error}", path.display()),
        };
        let lines: Vec<&str> = log.lines().collect();
        let first = lines.len().saturating_sub(LOG_LINES_MAX);
        lines.get(first..).unwrap_or_default().join("\n")
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.orders.take());
        // Nothing can be done about a shell that does not tell how it ended.
        drop(self.shell.wait());
    }
}

/// Whether a process is over, where the system tells it in the way of Linux.
fn has_ended(id: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{id}/stat")) {
        Ok(stat) => stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')),
        Err(_) => Path::new("/proc/self/stat").exists(),
    }
}
