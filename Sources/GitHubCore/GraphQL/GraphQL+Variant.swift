package import HTTPTypes

extension GraphQL {
    /// What beside its body changes the answer to a query: previews, features and the time zone, in one spelling each.
    ///
    /// The stock `gh` sends all three: `Accept` with previews, `GraphQL-Features: merge_queue` and `Time-Zone`.
    package struct Variant: Hashable, Sendable {
        /// The previews that `Accept` asks for, sorted; empty where it asks for plain JSON.
        package let accept: String
        /// `GraphQL-Features`, sorted.
        package let features: String
        /// `Time-Zone`.
        package let timeZone: String

        /// A variant; by default plain JSON and nothing more.
        package init(accept: String = "", features: String = "", timeZone: String = "") {
            self.accept = Self.sorted(accept.lowercased()) { $0.contains("-preview") }
            self.features = Self.sorted(features) { _ in true }
            self.timeZone = timeZone
        }

        /// The variant that a request's headers ask for, or nil where it cannot be told from them.
        package init?(_ fields: HTTPFields) {
            let named = fields.filter { Self.isVarying($0.name.canonicalName) }
            guard Set(named.map(\.name.canonicalName)).count == named.count,
                named.allSatisfy({ Self.known.contains($0.name.canonicalName) && $0.value.utf8.count <= 1_024 })
            else { return nil }
            self.init(
                accept: fields.value(named: "accept") ?? "",
                features: fields.value(named: "graphql-features") ?? "",
                timeZone: fields.value(named: "time-zone") ?? ""
            )
        }

        /// The headers that ask GitHub for this variant, but for `Accept`.
        package var headers: [(name: String, value: String)] {
            [("GraphQL-Features", features), ("Time-Zone", timeZone)].filter { !$0.value.isEmpty }
        }

        private static let known: Set<String> = ["accept", "graphql-features", "time-zone", "x-github-api-version"]

        /// Whether a header may change an answer; of those that may, only the known ones are understood.
        private static func isVarying(_ name: String) -> Bool {
            known.contains(name) || name.hasPrefix("graphql-") || name.hasPrefix("x-github-") || name == "cookie"
        }

        private static func sorted(_ list: String, where isKept: (String) -> Bool) -> String {
            let items = list.split(separator: ",").map { item in
                String(item.prefix { $0 != ";" }).filter { $0 != " " && $0 != "\t" }
            }
            return Set(items.filter { !$0.isEmpty && isKept($0) }).sorted().joined(separator: ", ")
        }
    }
}
