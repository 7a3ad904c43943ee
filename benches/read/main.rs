//! How many files the reader reads in a second on one core: whole files, typed, checked, with their references.
//!
//! `cargo bench --bench read -- FOLDER` reads every definition below FOLDER, from memory, again and again for some seconds.
//! `scripts/bench-readers` runs it beside gray-matter with zod and python-frontmatter.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a benchmark tells on its terminal, and ends where something is wrong"
)]

use dotcursor::check::{Content, trees};
use dotcursor::model::{Location, SupportFile};
use dotcursor::parse;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The server's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MEASURED: Duration = Duration::from_secs(3);

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|word| !word.starts_with("--")) else {
        eprintln!("read: name a folder with definitions");
        std::process::exit(2);
    };
    let files = files(PathBuf::from(folder));
    let bytes: usize = files.iter().map(|(_, bytes, _)| bytes.len()).sum();
    // The first round is not measured.
    read_all(&files);
    let (begun, mut rounds) = (Instant::now(), 0);
    while begun.elapsed() < MEASURED {
        read_all(&files);
        rounds += 1;
    }
    let seconds = begun.elapsed().as_secs_f64() / f64::from(rounds);
    let errors = files.iter().filter(|(at, bytes, support)| parse::parse(at, bytes, support).error().is_some()).count();
    println!("{} files of {} bytes, {errors} with errors", files.len(), bytes);
    println!("{:.0} files/s, {:.1} MB/s", files.len() as f64 / seconds, bytes as f64 / seconds / 1e6);
}

type File = (Location, Vec<u8>, Vec<SupportFile>);

fn files(folder: PathBuf) -> Vec<File> {
    let mut files = Vec::new();
    for tree in trees(&[folder]).unwrap() {
        for location in &tree.files {
            let Content::Bytes(bytes) = tree.read(&location.path).unwrap() else {
                continue;
            };
            files.push((location.clone(), bytes, tree.support_of(location).unwrap()));
        }
    }
    files
}

fn read_all(files: &[File]) {
    for (location, bytes, support) in files {
        black_box(parse::parse(black_box(location), black_box(bytes), support));
    }
}
