/// A pattern in which `*` stands for any text and `?` for any one character.
package struct Glob: Hashable, Sendable {
    private let pattern: [Unicode.Scalar]

    /// A pattern.
    package init(_ pattern: String) {
        self.pattern = Array(pattern.unicodeScalars)
    }

    /// Whether a whole text has the pattern's form; takes at most the product of both lengths.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (position, place) = (0, 0)
        var retry: (position: Int, place: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == "*" {
                retry = (position, place)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let last = retry {
                // The last star takes one character more.
                retry = (last.position + 1, last.place)
                (position, place) = (last.position + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
