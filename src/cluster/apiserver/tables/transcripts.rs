//! The tables against what a real cluster showed, where its record is at hand.
//!
//! A row of `kubectl get` is right if our cells for the same object, as a snapshot of the same scenario saved it, are the
//! row's. Objects change between a table and a snapshot, so that not every row can be right; but most are.

use super::*;
use api::json;
use std::fs;
use std::path::{Path, PathBuf};

const KINDS: [Kind; 7] = [
    Kind::POD,
    Kind::NODE,
    Kind::DAEMON_SET,
    Kind::DEPLOYMENT,
    Kind::REPLICA_SET,
    Kind::CONTROLLER_REVISION,
    Kind::EVENT,
];

#[test]
fn what_a_real_cluster_showed_is_what_we_show() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/transcripts");
    if !folder.exists() {
        eprintln!("no transcripts at hand");
        return;
    }
    let (mut right, mut wrong) = ([0; KINDS.len()], 0);
    for scenario in sorted(&folder) {
        let snapshots: Vec<Value> = sorted(&scenario.join("snapshots"))
            .iter()
            .map(|path| absolute(&fs::read_to_string(path).unwrap().parse().unwrap()))
            .collect();
        for file in sorted(&scenario).iter().filter(|file| file.extension().is_some_and(|ext| ext == "txt")) {
            for shown in tables(&fs::read_to_string(file).unwrap()) {
                for row in &shown.rows {
                    match KINDS.iter().position(|kind| shown.kind == *kind).filter(|_| is_ours(&shown, row, &snapshots))
                    {
                        Some(at) => right[at] += 1,
                        None => {
                            wrong += 1;
                            eprintln!("{} {}: {row:?}", file.display(), shown.kind.name());
                        }
                    }
                }
            }
        }
    }
    eprintln!("{right:?} rows are right, {wrong} not");
    let least = [290, 182, 73, 9, 20, 17, 46];
    assert!(right.iter().zip(least).all(|(rows, least)| *rows >= least), "{right:?}");
}

/// One table of a transcript.
struct Shown {
    /// Seconds since the scenario began.
    at: f64,
    kind: Kind,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

fn tables(transcript: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut at = 0.0;
    let mut lines = transcript.lines().take_while(|line| !line.starts_with("#####"));
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("# [t+") {
            at = rest.split('s').next().unwrap().parse().unwrap();
        }
        if !line.starts_with("$ kubectl get ") || line.ends_with('&') || line.contains('|') {
            continue;
        }
        let output: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("[exit")).collect();
        for table in output.split(|line| line.is_empty()) {
            let Some((header, rows)) = table.split_first() else { continue };
            let Some((kind, columns)) = kind_of(header) else { continue };
            let starts: Vec<usize> = columns.iter().map(|column| position(header, column)).collect();
            let rows = rows.iter().map(|row| cut(row, &starts)).collect();
            found.push(Shown { at, kind, columns, rows });
        }
    }
    found
}

/// The kind whose columns a header has, wide or not, and those columns.
fn kind_of(header: &str) -> Option<(Kind, Vec<&'static str>)> {
    let words: Vec<&str> =
        header.split("  ").map(str::trim).filter(|word| !word.is_empty() && *word != "NAMESPACE").collect();
    KINDS.into_iter().find_map(|kind| {
        let names = |wide: bool| -> Vec<&'static str> {
            columns(kind).iter().filter(|column| wide || column.priority == 0).map(|column| column.name).collect()
        };
        [names(false), names(true)]
            .into_iter()
            .find(|names| *names == words && names.contains(&"NAME"))
            .map(|n| (kind, n))
    })
}

fn position(header: &str, column: &str) -> usize {
    let padded = format!("{header}   ");
    let at = padded.match_indices(column).find(|(at, _)| {
        let (before, after) = (&padded[..*at], &padded[at + column.len()..]);
        (before.is_empty() || before.ends_with("   ")) && (after.starts_with("   ") || after.trim().is_empty())
    });
    at.map_or(0, |(at, _)| at)
}

fn cut(row: &str, starts: &[usize]) -> Vec<String> {
    let chars: Vec<char> = row.chars().collect();
    let ends = starts.iter().skip(1).copied().chain([chars.len()]);
    let cell = |(start, end): (&usize, usize)| {
        chars.get(*start..end.min(chars.len())).unwrap_or_default().iter().collect::<String>()
    };
    starts.iter().zip(ends).map(cell).map(|cell| cell.trim_end().to_string()).collect()
}

/// Whether an object of a snapshot has these cells, give or take a second.
fn is_ours(shown: &Shown, row: &[String], snapshots: &[Value]) -> bool {
    let name_at = shown.columns.iter().position(|column| *column == "NAME").unwrap();
    let name = row[name_at].rsplit('/').next().unwrap();
    let objects = snapshots.iter().flat_map(|snapshot| items(&snapshot[shown.kind.plural()]));
    objects.filter(|object| object["metadata"]["name"] == name).any(|object| {
        [-1, 0, 1].iter().any(|shift| {
            let ours = cells(shown.kind, object, Time(START + shown.at.floor() as i64 + shift));
            shown.columns.iter().zip(row).enumerate().all(|(at, (column, cell))| {
                let ours_at = columns(shown.kind).iter().position(|known| known.name == *column).unwrap();
                at == name_at || ours[ours_at] == *cell
            })
        })
    })
}

/// Snapshots count seconds from the start of their scenario; any whole start will do for ages.
const START: i64 = 1_795_000_000;

fn absolute(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let seconds = text.strip_prefix('t').and_then(|rest| rest.strip_suffix('s')?.parse::<f64>().ok());
            seconds.map_or(value.clone(), |seconds| json!(Time(START + seconds.floor() as i64).to_string()))
        }
        Value::Array(list) => list.iter().map(absolute).collect::<Vec<_>>().into(),
        Value::Object(map) => Value::Object(map.iter().map(|(key, item)| (key.clone(), absolute(item))).collect()),
        other => other.clone(),
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
