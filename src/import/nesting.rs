//! Finds where a JSON value ends by counting brackets outside strings.

/// How many brackets are open in some JSON, and whether it is inside a string.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    string: bool,
    escaped: bool,
    closed: bool,
}

impl Nesting {
    /// Reads the next bytes.
    pub(super) fn read(&mut self, json: &[u8]) {
        json.iter().for_each(|byte| self.byte(*byte));
    }

    /// Whether a bracket is open.
    pub(super) fn open(&self) -> bool {
        self.depth > 0
    }

    /// Whether a bracket or a string is open.
    pub(super) fn inside(&self) -> bool {
        self.string || self.open()
    }

    /// Whether the last byte closed the outermost bracket.
    pub(super) fn closed(&self) -> bool {
        self.closed
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.closed = false;
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.string => self.escaped = true,
            b'"' => self.string = !self.string,
            _ if self.string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.closed = self.depth == 1;
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}
