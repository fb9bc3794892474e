import CacheCore

extension Checkup {
    /// Reads what a node tells; nil for anything else.
    init?(_ json: JSONValue) {
        guard let name = json["check"]?.string, let why = json["why"]?.string,
            let standing = json["standing"]?.string.flatMap(Standing.init(rawValue:))
        else { return nil }
        self.init(name, standing, why, remedy: json["remedy"]?.string)
    }

    /// All of it.
    var json: JSONValue {
        .object([
            "check": .string(self.name), "standing": .string(self.standing.rawValue), "why": .string(self.why),
            "remedy": self.remedy.map(JSONValue.string) ?? .null,
        ])
    }
}
