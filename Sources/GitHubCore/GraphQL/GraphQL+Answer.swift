extension GraphQL {
    /// What a 200 of GitHub's to a query is worth: errors come with it, limits too.
    package struct Answer: Hashable, Sendable {
        /// Whether there is data.
        package let hasData: Bool
        /// The first errors, as GitHub names their kinds and puts them in words.
        package let errors: [Problem]
        /// The repositories that the data names.
        package let tags: Tags

        /// One error.
        package struct Problem: Hashable, Sendable {
            /// `NOT_FOUND`, `RATE_LIMITED`, ….
            package let type: String?
            /// GitHub's words.
            package let message: String
        }

        /// Reads a body, or nil where it is no answer to a query.
        package init?(_ body: [UInt8]) {
            guard let text = try? JSONSlices(body), let object = try? JSONObject(text) else { return nil }
            guard object.has("data") || object.has("errors") else { return nil }
            hasData = object.valueRange("data").map { text.kind(of: $0) == .object } ?? false
            // Errors that are no list are errors all the same.
            let isError = object.valueRange("errors").map { text.kind(of: $0) != .null } ?? false
            let listed = object.elements("errors").prefix(Limits.errors).compactMap { try? JSONObject(text, at: $0) }
                .map { Problem(type: $0.string("type"), message: $0.string("message") ?? "") }
            errors = isError && listed.isEmpty ? [Problem(type: nil, message: "")] : listed
            tags = JSONPlaces.tags(ofAnswer: body) ?? .any
        }

        /// Whether it may be kept: data, and no error beside it.
        package var isWhole: Bool { hasData && errors.isEmpty }

        /// Whether an earlier answer must not stand in for it: an error of a kind, such as `NOT_FOUND`, and not just a
        /// mishap.
        package var takesBack: Bool { errors.contains { $0.type != nil } }

        /// What makes a query's answer old: what both name; any repository where neither says enough.
        package func tags(of query: Query) -> Tags {
            switch query.placement {
            case .unknown: return .any
            case .byAnswer where tags.isEmpty: return .any
            case .byText, .byAnswer:
                var all = query.tags
                all.formUnion(tags)
                return all
            }
        }

        /// The limit that it is, or nil for any other answer; `now` and the moment are in seconds since 1970.
        package func refusal(resetAt: Int64?, retryAfter: Int64?, now: Int64) -> RateLimit.Refusal? {
            let isSecondary = errors.contains { RateLimit.saysSecondary(Array($0.message.utf8)) }
            if isSecondary { return .secondary(until: retryAfter) }
            // The documentation says RATE_LIMITED; since 2025 GitHub says RATE_LIMIT.
            guard errors.contains(where: { $0.type == "RATE_LIMITED" || $0.type == "RATE_LIMIT" }) else { return nil }
            let until = retryAfter ?? resetAt ?? now + RateLimit.Limits.unnamedWait
            return .primary(until: min(max(until, now), now + RateLimit.Limits.wait))
        }
    }
}
