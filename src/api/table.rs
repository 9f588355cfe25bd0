//! Columns and rows of `kubectl get`, as the server computes them (`meta.k8s.io/v1 Table`).

use crate::objects::Object;

/// A column: its name as `kubectl` prints it and whether it needs `-o wide`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Upper case, as printed.
    pub name: &'static str,
    /// 0: always; above 0: only with `-o wide`.
    pub priority: u8,
}

/// One row: cells in column order, and the object they came from.
#[derive(Clone, Debug)]
pub struct Row {
    /// As printed.
    pub cells: Vec<String>,
    /// For labels, namespaces and sorting.
    pub object: Object,
}

/// What `get` lays out.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// In order.
    pub columns: Vec<Column>,
    /// In order.
    pub rows: Vec<Row>,
}
