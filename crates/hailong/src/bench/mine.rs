//! `hailong bench mine`: event logs of any size, each mined by a process of its own.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, ensure};
use hailong_stats::{
    process::{Limits, log::Log},
    random::Random,
};

use crate::mine::write;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many events.
    #[arg(long, default_value_t = 857_700, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    events: u32,
    /// Another seed, another log.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this format: csv, xes, xes.gz or json.
    #[arg(long, value_parser = FORMATS)]
    format: Option<String>,
    /// A folder to keep the logs in, as log.csv and so on.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const FORMATS: [&str; 4] = ["csv", "xes", "xes.gz", "json"];

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let made = tempfile::tempdir().context("no place for a log")?;
    let folder = options.keep.as_deref().unwrap_or(made.path());
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut log = log(options.events, options.seed)?;
    // As systems export them: events in the order in which they happened, of all cases at once.
    log.events.sort_by_key(|event| event.time);
    let mut figures = vec![("events".to_owned(), f64::from(options.events))];
    for format in
        FORMATS.into_iter().filter(|one| options.format.as_deref().is_none_or(|wanted| wanted == *one))
    {
        if format != "csv" {
            log.arrange();
        }
        let file = folder.join(format!("log.{format}"));
        write(&log, &file)?;
        let mined = mine(&file)?;
        ensure!(mined.events == u64::from(options.events), "{}: {} events", file.display(), mined.events);
        let megabytes = std::fs::metadata(&file)?.len() as f64 / 1e6;
        figures.push((format!("{format}_file_mb"), megabytes));
        figures.push((format!("{format}_seconds"), mined.seconds));
        figures.push((format!("{format}_peak_mb"), mined.peak as f64 / 1e6));
    }
    let figures: Vec<_> = figures.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    super::print(&figures, options.json)
}

struct Mined {
    events: u64,
    /// From the start of the process to its end.
    seconds: f64,
    peak: u64,
}

fn mine(file: &Path) -> anyhow::Result<Mined> {
    let started = Instant::now();
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let out = Command::new(program).arg("mine").arg(file).args(["--json", "--all"]).output()?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said: serde_json::Value = serde_json::from_slice(&out.stdout)?;
    let number = |name: &str| said[name].as_u64().unwrap_or_default();
    Ok(Mined { events: number("events"), seconds, peak: number("peak_bytes") })
}

/// What officials do in the middle of a case.
const STEPS: [&str; 20] = [
    "Kiểm tra tính pháp lý",
    "Xin ý kiến Địa chính",
    "Xin ý kiến Tư pháp",
    "Đo đạc thực địa",
    "Niêm yết công khai",
    "Lập tờ trình",
    "Thẩm tra",
    "Xác minh",
    "Gửi phiếu chuyển thuế",
    "Nhận thông báo thuế",
    "Xác nhận nghĩa vụ tài chính",
    "Soạn dự thảo",
    "Trình lãnh đạo phòng",
    "Lãnh đạo phòng duyệt",
    "Trình ủy ban",
    "Ký duyệt",
    "Đóng dấu, vào sổ",
    "Quét kết quả",
    "Chuyển kết quả",
    "Cập nhật \"hồ sơ\" & lưu",
];

/// A log that looks like an office's year: six events a case, some dozens of ways often gone and a tail of rare ones, events
/// at the same time, and papers that must be brought again.
pub(crate) fn log(events: u32, seed: u64) -> anyhow::Result<Log> {
    let limits = Limits::default();
    let (mut log, mut random, mut left) = (Log::default(), Random::new(seed), events);
    let mut case = 0_u32;
    while left > 0 {
        case += 1;
        let name = format!("2017-{case:07}");
        // The year, in milliseconds.
        let mut time = 1_483_228_800_000 + (random.unit() * 31_536_000_000.0) as i64;
        for activity in way(&mut random) {
            if left == 0 {
                break;
            }
            left -= 1;
            let official = format!("Công chức {:02}", (random.unit() * random.unit() * 48.0) as u32 + 1);
            log.push(&name, activity, time * 1000, Some(&official), &limits)?;
            if random.unit() > 0.05 {
                time += (-random.unit().max(1e-9).ln() * 4e7) as i64;
            }
        }
    }
    Ok(log)
}

/// The way of one case.
fn way(random: &mut Random) -> Vec<&'static str> {
    let mut way = vec!["Tiếp nhận hồ sơ"];
    while random.unit() < 0.12 {
        way.extend(["Yêu cầu bổ sung", "Nhận bổ sung"]);
    }
    way.push("Chuyển bộ phận chuyên môn");
    // Kinds of cases: each has its steps, most cases are of the first kinds.
    let kind = (random.unit().powi(3) * 12.0) as usize;
    let steps = STEPS.iter().skip(kind % 7).step_by(3 + kind % 5).copied();
    way.extend(steps.filter(|_| random.unit() > 0.02).take(4));
    if random.unit() < 0.03 {
        way.push("Từ chối giải quyết");
    }
    way.push("Trả kết quả");
    way
}
