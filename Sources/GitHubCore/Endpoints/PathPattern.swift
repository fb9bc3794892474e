/// The paths of one endpoint below a repository or an organisation: `#` stands for a number, `*` for any segment.
struct PathPattern<Home>: Sendable {
    /// What stood in the places that vary, in order.
    struct Places {
        fileprivate var numbers: [Int64] = []
        fileprivate var texts: [String] = []

        /// The number in a place; a pattern asks for no more than it has.
        func number(_ index: Int = 0) -> Int64 { numbers[index] }

        /// The text in a place.
        func text(_ index: Int = 0) -> String { texts[index] }
    }

    private let parts: [Substring]
    private let endpoint: @Sendable (Home, Places) -> Endpoint?

    init(_ pattern: String, _ endpoint: @escaping @Sendable (Home, Places) -> Endpoint?) {
        parts = pattern.split(separator: "/")
        self.endpoint = endpoint
    }

    /// The endpoint that the first fitting pattern names, or nil where none fits.
    static func first(of patterns: [PathPattern], _ segments: ArraySlice<String>, _ home: Home) -> Endpoint? {
        for pattern in patterns {
            if let places = pattern.places(in: segments) { return pattern.endpoint(home, places) }
        }
        return nil
    }

    private func places(in segments: ArraySlice<String>) -> Places? {
        guard segments.count == parts.count else { return nil }
        var places = Places()
        for (part, segment) in zip(parts, segments) {
            switch part {
            case "*":
                places.texts.append(segment)
            case "#":
                guard let number = Int64(id: segment) else { return nil }
                places.numbers.append(number)
            default:
                guard part == segment else { return nil }
            }
        }
        return places
    }
}
