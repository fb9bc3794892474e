package import CacheCore
package import GitHubCore

/// The objects of one of GitHub's lists, from as many pages as it took.
package struct ObjectList: Sendable {
    /// The objects, in their order.
    package var objects: [JSONObject] = []
    /// Whether GitHub has no more of them.
    package var isWhole = true
    /// How each page was found.
    package var outcomes: [Outcome] = []

    /// An empty list.
    package init() {}

    /// How it was found: the page that GitHub was asked for before one that was stored.
    package var outcome: Outcome? {
        outcomes.last { $0.tally == .miss } ?? outcomes.last { $0.kind == .stale } ?? outcomes.last
    }

    /// The names of the repositories that it lists.
    package var repositoryNames: [RepositoryName] {
        objects.compactMap { $0.string("full_name").flatMap { RepositoryName($0) } }
    }

    /// Adds what another list has beyond this one.
    mutating func merge(_ other: ObjectList) {
        let known = Set(objects.compactMap { $0.integer("id") })
        objects += other.objects.filter { object in object.integer("id").map { !known.contains($0) } ?? true }
        isWhole = isWhole && other.isWhole
        outcomes += other.outcomes
    }

    /// Adds a page, without the objects that moved here from the page before while the pages were read.
    mutating func add(_ page: [JSONObject], _ outcome: Outcome, known: inout Set<Int64>) {
        objects += page.filter { object in object.integer("id").map { known.insert($0).inserted } ?? true }
        outcomes.append(outcome)
    }
}
