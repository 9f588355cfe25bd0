//! Lays out the tables of `get`: which columns, in front of which and after which, and how wide.
//!
//! The printer remembers its widths, since `-w` prints row after row and columns may only grow. Cells come from the server;
//! what is added here is what kubectl itself adds: NAMESPACE, `TYPE/` before names, `-L` and `--show-labels`, EVENT.
//!
//! Models `cli-runtime/pkg/printers/tableprinter.go`, kubectl v1.36.

use super::columns::pad;
use api::human;
use api::meta::labels_to;
use api::table::{Column, Row};
use api::{Value, request::WatchType};

/// Columns are at least this wide, in characters, padding included.
const WIDTH_MIN: usize = 6;
/// Spaces after a column's longest cell.
const PADDING: usize = 3;

/// What `get`'s flags ask of a table.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// `-o wide`
    pub wide: bool,
    /// `--no-headers`
    pub no_headers: bool,
    /// `-A`: NAMESPACE comes first.
    pub with_namespace: bool,
    /// `--show-labels`
    pub show_labels: bool,
    /// `-L`
    pub label_columns: Vec<String>,
    /// `daemonset.apps`, when names are to be told apart by type.
    pub kind_prefix: Option<String>,
    /// `--output-watch-events`
    pub with_events: bool,
}

/// Prints one table, row by row if need be.
#[derive(Clone, Debug, Default)]
pub struct TablePrinter {
    options: TableOptions,
    /// Of the columns so far; they only grow.
    widths: Vec<usize>,
    headed: bool,
}

impl TablePrinter {
    /// A printer that has printed nothing yet.
    pub fn new(options: TableOptions) -> TablePrinter {
        TablePrinter { options, widths: Vec::new(), headed: false }
    }

    /// Prints rows, with the headers before the very first one. Without rows there is nothing to print.
    pub fn print(&mut self, columns: &[Column], rows: &[Row]) -> String {
        let rows: Vec<(Option<WatchType>, &Row)> = rows.iter().map(|row| (None, row)).collect();
        self.print_events(columns, &rows)
    }

    /// The same for rows of a watch; what happened is shown if the options say so (`ADDED` where nothing is given).
    pub fn print_events(&mut self, columns: &[Column], rows: &[(Option<WatchType>, &Row)]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let mut lines = Vec::with_capacity(rows.len() + 1);
        if !self.headed && !self.options.no_headers {
            lines.push(self.header(columns));
        }
        self.headed = true;
        lines.extend(rows.iter().map(|(event, row)| self.line(columns, *event, row)));
        self.layout(&lines)
    }

    /// Makes the columns as wide as the headers and these rows need them, before any of them is printed.
    pub fn measure(&mut self, columns: &[Column], rows: &[Row]) {
        if !self.headed && !self.options.no_headers {
            let header = self.header(columns);
            self.widen(&header);
        }
        for row in rows {
            let line = self.line(columns, None, row);
            self.widen(&line);
        }
    }

    fn shown(&self, column: &Column) -> bool {
        self.options.wide || column.priority == 0
    }

    fn header(&self, columns: &[Column]) -> Vec<String> {
        let mut cells = Vec::new();
        if self.options.with_events {
            cells.push("EVENT".to_string());
        }
        if self.options.with_namespace {
            cells.push("NAMESPACE".to_string());
        }
        cells.extend(columns.iter().filter(|column| self.shown(column)).map(|column| column.name.to_string()));
        // Only what follows the last slash: a column needn't be as wide as a domain.
        cells.extend(
            self.options.label_columns.iter().map(|key| key.rsplit('/').next().unwrap_or(key).to_ascii_uppercase()),
        );
        if self.options.show_labels {
            cells.push("LABELS".to_string());
        }
        cells
    }

    fn line(&self, columns: &[Column], event: Option<WatchType>, row: &Row) -> Vec<String> {
        let options = &self.options;
        let labels = match row.object.meta_ref() {
            Some(meta) if options.show_labels || !options.label_columns.is_empty() => labels_to(&meta.labels),
            _ => Value::Null,
        };
        let mut cells = Vec::new();
        if options.with_events {
            cells.push(event_text(event).to_string());
        }
        if options.with_namespace {
            cells.push(row.object.namespace().to_string());
        }
        for (column, cell) in columns.iter().zip(&row.cells).filter(|(column, _)| self.shown(column)) {
            match &options.kind_prefix {
                Some(prefix) if column.name == "NAME" => cells.push(format!("{prefix}/{}", first_line(cell))),
                _ => cells.push(first_line(cell)),
            }
        }
        for key in &options.label_columns {
            cells.push(labels[key].as_str().unwrap_or_default().to_string());
        }
        if options.show_labels {
            cells.push(human::labels(&labels));
        }
        cells
    }

    /// Every cell but the last of a line is padded to its column's width.
    fn layout(&mut self, lines: &[Vec<String>]) -> String {
        lines.iter().for_each(|line| self.widen(line));
        let mut out = String::new();
        for line in lines {
            for (index, cell) in line.iter().enumerate() {
                out.push_str(cell);
                if index + 1 < line.len() {
                    pad(&mut out, cell, self.widths[index]);
                }
            }
            out.push('\n');
        }
        out
    }

    /// Makes the columns as wide as a line needs them.
    fn widen(&mut self, line: &[String]) {
        let padded = line.len().saturating_sub(1);
        self.widths.resize(self.widths.len().max(padded), WIDTH_MIN);
        for (width, cell) in self.widths.iter_mut().zip(&line[..padded]) {
            *width = (*width).max(cell.chars().count() + PADDING);
        }
    }
}

/// Of one width, so that rows which come later fit below the first.
fn event_text(event: Option<WatchType>) -> &'static str {
    match event {
        None | Some(WatchType::Added) => "ADDED   ",
        Some(WatchType::Modified) => "MODIFIED",
        Some(WatchType::Deleted) => "DELETED ",
    }
}

/// A row stays one line: what follows a line break (Event messages have them) becomes dots.
fn first_line(cell: &str) -> String {
    match cell.find(['\n', '\r', '\u{c}']) {
        Some(at) => format!("{}...", &cell[..at]),
        None => cell.to_string(),
    }
}
