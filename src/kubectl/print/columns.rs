//! Lines with tabs in, aligned lines out.
//!
//! A *column block* is a run of consecutive lines that all have a tab behind the same cell; within it the column is as wide
//! as its longest cell plus padding. What follows a line's last tab is never padded and never widens anything. That one
//! rule is why describe's lines up to the next line without a tab agree with each other and with nothing else.
//!
//! Models Go's `text/tabwriter` as kubectl sets it up: spaces for padding, left-aligned, lengths in characters.

/// Aligns text whose cells are ended by tabs.
pub fn align(text: &str, width_min: usize, padding: usize) -> String {
    let lines: Vec<Vec<&str>> = text.split_inclusive('\n').map(|line| line.split('\t').collect()).collect();
    let mut layout = Layout { width_min, padding, widths: Vec::new(), out: String::with_capacity(text.len() * 2) };
    layout.block(&lines);
    layout.out
}

/// Appends spaces until `text`, just written, is `width` characters wide.
pub fn pad(out: &mut String, text: &str, width: usize) {
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(text.chars().count())));
}

struct Layout {
    width_min: usize,
    padding: usize,
    /// Of the columns of the blocks that the lines at hand lie in.
    widths: Vec<usize>,
    out: String,
}

impl Layout {
    /// Lays out the blocks of each column, and within them those of the next; not by calling itself, since a line may have any
    /// number of columns.
    fn block(&mut self, lines: &[Vec<&str>]) {
        // Blocks that lie in one another: where the next line is, and where the block ends.
        let mut open = vec![(0, lines.len())];
        while let Some((at, end)) = open.last_mut() {
            let (from, column) = (*at, self.widths.len());
            let has_column = |line: &&Vec<&str>| line.len() > column + 1;
            let until = from + lines[from..*end].iter().take_while(has_column).count();
            if from == *end {
                open.pop();
                self.widths.pop();
            } else if until == from {
                *at += 1;
                self.line(&lines[from]);
            } else {
                *at = until;
                let longest = lines[from..until].iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
                self.widths.push(self.width_min.max(longest + self.padding));
                open.push((from, until));
            }
        }
    }

    fn line(&mut self, cells: &[&str]) {
        for (index, cell) in cells.iter().enumerate() {
            self.out.push_str(cell);
            if let Some(width) = self.widths.get(index) {
                pad(&mut self.out, cell, *width);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_tab_ends_a_block() {
        assert_eq!(align("a:\t1\nlong:\t2\nno tab\nb:\t3\n", 0, 2), "a:     1\nlong:  2\nno tab\nb:  3\n");
    }

    #[test]
    fn the_last_cell_neither_pads_nor_widens() {
        assert_eq!(align("a\tvery long\nb\tx\ty\n", 0, 2), "a  very long\nb  x  y\n");
        assert_eq!(align("a\t\nbb\t\n", 0, 2), "a   \nbb  \n");
    }

    #[test]
    fn columns_have_a_least_width() {
        assert_eq!(align("0\tx\n", 6, 3), "0     x\n");
        assert_eq!(align("1234\tx\n", 6, 3), "1234   x\n");
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(align("é\tx\nab\ty\n", 0, 2), "é   x\nab  y\n");
    }

    #[test]
    fn a_line_may_have_any_number_of_columns() {
        assert_eq!(align(&"a\t".repeat(200_000), 0, 0), "a".repeat(200_000));
    }
}
