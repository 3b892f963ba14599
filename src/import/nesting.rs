//! Finds where a JSON value ends by counting brackets outside strings.

/// How many brackets are open in some JSON, and whether it is inside a string.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    has_closed: bool,
}

impl Nesting {
    /// Reads the next bytes.
    pub(super) fn read(&mut self, json: &[u8]) {
        json.iter().for_each(|byte| self.read_byte(*byte));
    }

    /// Whether a bracket is open.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// Whether a bracket or a string is open.
    pub(super) fn is_inside(&self) -> bool {
        self.is_in_string || self.is_open()
    }

    /// Whether the last byte closed the outermost bracket.
    pub(super) fn has_closed(&self) -> bool {
        self.has_closed
    }

    pub(super) fn read_byte(&mut self, byte: u8) {
        self.has_closed = false;
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_in_string => self.is_escaped = true,
            b'"' => self.is_in_string = !self.is_in_string,
            _ if self.is_in_string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.has_closed = self.depth == 1;
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}
