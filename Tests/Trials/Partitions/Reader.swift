import GitHubCore
import GitHubSimulator
import Synchronization

/// Polls one node all the time, and remembers every step back.
final class Reader: Sendable {
    private struct State {
        var seen: [Subject: Sight] = [:]
        var stepsBack: [String] = []
        var answers = 0
        /// The youngest are read one by one, too.
        var young: [Subject] = []
    }

    private let node: ServedNode
    private let state = Mutex(State())

    init(_ node: ServedNode) { self.node = node }

    /// What it saw step back.
    var stepsBack: [String] { self.state.withLock(\.stepsBack) }

    /// How many answers it read.
    var answers: Int { self.state.withLock(\.answers) }

    /// From now on these are read one by one.
    func watch(_ subjects: [Subject]) { self.state.withLock { $0.young = subjects } }

    /// Polls until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            for repository in Stage.repositories {
                let path = "/repos/\(repository)/actions/runs"
                guard let list = try? await self.node.get(path), list.status == 200 else { continue }
                for run in list.object?.objects("workflow_runs") ?? [] {
                    guard let id = run.integer("id"), let sight = Sight(run) else { continue }
                    self.note(Subject(kind: .runs, id: id, repository: repository), sight, in: path)
                }
            }
            for subject in self.state.withLock(\.young) {
                guard let answer = try? await self.node.get(subject.path), answer.status == 200,
                    let sight = answer.object.flatMap(Sight.init)
                else { continue }
                self.note(subject, sight, in: subject.path)
            }
            // A breath, so that the readers are not all that this machine does.
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func note(_ subject: Subject, _ sight: Sight, in path: String) {
        self.state.withLock { state in
            state.answers += 1
            if let known = state.seen[subject], sight < known {
                let name = Cables.name(self.node.host)
                state.stepsBack.append(
                    "\(name) showed \(subject.kind.rawValue) \(subject.id) \(known), then \(sight) in \(path)"
                )
            }
            state.seen[subject] = max(sight, state.seen[subject] ?? sight)
        }
    }
}
