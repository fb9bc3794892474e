/// Whether a text is coloured, and how wide it may be.
struct Style: Sendable, Equatable {
    var coloured = false
    var width: Int?

    /// The colours in use.
    enum Ink: String {
        case plain = ""
        case dim = "2"
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// The text in a colour, where there are colours.
    func paint(_ text: String, _ ink: Ink) -> String {
        self.coloured && ink != .plain && !text.isEmpty ? "\u{1b}[\(ink.rawValue)m\(text)\u{1b}[0m" : text
    }
}
