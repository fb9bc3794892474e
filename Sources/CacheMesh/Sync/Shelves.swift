import CacheCore
import CacheStore
import GitHubCore
import MeshCore

/// Lays out what this node holds of repositories, as far as it may be shared.
struct Shelves: Sendable {
    let store: CacheStore
    let share: ShareRule
    let topics: TopicNames
    let now: @Sendable () -> Timestamp

    /// The shelf of one repository; empty where nothing of it may be shared.
    func shelf(of repository: RepositoryName) -> Sync.Shelf {
        let isKept = !self.share.takesPart || self.share == .public && self.isPrivate(repository)
        let states = isKept ? [] : [.run, .job].flatMap { self.store.states(in: repository, kind: $0) }
        return Sync.Shelf(
            repository,
            topic: self.topics.name(of: repository),
            entries: isKept ? [] : self.store.entries(in: repository).filter(self.share.gives),
            // Of what was only seen in a list, there is nothing to give.
            states: states.filter { (!$0.isPrivate || self.share == .all) && self.store.contains($0.cid) },
            now: self.now()
        )
    }

    /// The shelves of the repositories that have these topics, by topic, as far as anything of them is here.
    func shelves(of topics: Set<String>) -> [String: Sync.Shelf] {
        var shelves: [String: Sync.Shelf] = [:]
        for repository in self.store.repositories() {
            let topic = self.topics.name(of: repository)
            if topics.contains(topic) { shelves[topic] = self.shelf(of: repository) }
        }
        return shelves
    }

    private func isPrivate(_ repository: RepositoryName) -> Bool {
        self.store.visibility(of: repository)?.isPrivate == true
    }
}
