//! What the machine says of itself and of processes. Linux only, as the benchmark is.

use std::fs;
use std::time::Duration;

use crate::Failure;

/// Kernel ticks of a second: what `getconf CLK_TCK` answers on every current Linux.
const TICKS: u64 = 100;

/// Processor time that a process has used.
#[derive(Clone, Copy)]
pub(crate) struct CpuTime(Duration);

impl CpuTime {
    pub(crate) fn of_this_process() -> Result<Self, Failure> {
        Self::of("self")
    }

    /// That of the process with this identifier.
    pub(crate) fn of(process: &str) -> Result<Self, Failure> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name stands in brackets and may have blanks; user and system time are the 12th and
        // 13th field after it.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|it| it.parse::<u64>().ok())
            .sum();
        Ok(Self(Duration::from_millis(ticks * 1000 / TICKS)))
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Memory of a process that is in use, in MiB.
pub(crate) fn memory(process: u32) -> Result<f64, Failure> {
    mebibytes(process, "VmRSS:")
}

/// The same without pages of files that are mapped, which the system takes back as it likes.
pub(crate) fn own_memory(process: u32) -> Result<f64, Failure> {
    mebibytes(process, "RssAnon:")
}

fn mebibytes(process: u32, name: &str) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    let kibibytes = kibibytes.ok_or_else(|| format!("no {name}"))?;
    Ok(kibibytes.parse::<f64>()? / 1024.0)
}

/// Its processors, memory and system.
pub(crate) fn description() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (cpu, memory, kernel) =
        (read("/proc/cpuinfo"), read("/proc/meminfo"), read("/proc/sys/kernel/osrelease"));
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split(':').nth(1).unwrap_or("unknown").trim().to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kibibytes: u64 =
        field(&memory, "MemTotal").split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0);
    format!(
        "{cores} cores ({}), {} GiB, Linux {}",
        field(&cpu, "model name"),
        kibibytes >> 20,
        kernel.trim()
    )
}

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time, so it lets it pass")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
