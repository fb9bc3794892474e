package import CacheCore
package import CacheWorld
package import GitHubCore

/// A node without its actor: the machine, what it has in memory, and what is on its disk.
package struct Station: Sendable {
    /// A delivery on disk.
    private struct Row: Sendable {
        let letter: Letter
        let moment: Timestamp
    }

    /// The machine, with what is stored as readers see it.
    package var machine: Machine
    /// Whether it runs.
    package private(set) var isUp = true
    /// How often it was started: what an earlier life asked for comes to nothing.
    package private(set) var life = 0
    /// Up to when the webhook's log is settled.
    package var settledThrough: Timestamp
    /// Those who read from it.
    package var readers = Readers()
    /// Questions under way for which somebody waits, and the last that a reader may join.
    var flights: [ResourceKey: Int] = [:]

    private let ttl: TTLPolicy
    private var saved = MemoryStore()
    private var inbox: [Row] = []
    private var taken: Set<String> = []
    private var done: Set<String> = []
    private var savedDone: Set<String> = []

    /// A node that was just set up.
    package init(ttl: TTLPolicy, now: Timestamp) {
        self.ttl = ttl
        machine = Machine(ttl: ttl, now: now)
        settledThrough = now
    }

    /// Whether a delivery was taken before.
    package func hasTaken(_ guid: DeliveryID) -> Bool { taken.contains(guid.text) }

    /// Takes a delivery, which is on disk at once; false where it was taken before.
    ///
    /// What it says was true at the moment in its name, or where that cannot be of its receipt.
    package mutating func accept(_ letter: Letter, at received: Timestamp) -> Bool {
        guard taken.insert(letter.guid).inserted else { return false }
        let moment = DeliveryID(letter.guid)?.moment(receivedAt: received) ?? received
        inbox.append(Row(letter: letter, moment: moment))
        return true
    }

    /// Makes use of what was taken; nothing of it is on disk before it is saved.
    package mutating func work(_ truth: Truth) {
        for row in inbox where !done.contains(row.letter.guid) {
            if let event = row.letter.workflowEvent(asOf: row.moment) {
                machine.take(event)
            } else if let delivery = row.letter.delivery {
                machine.take(delivery)
            }
            done.insert(row.letter.guid)
            readers.acknowledge(row.letter, by: truth)
        }
    }

    /// Commits what is in memory, together with the marks of what is done.
    package mutating func save() {
        saved = machine.store
        savedDone = done
    }

    /// Breaks down: what was not committed is lost, and all that was under way.
    package mutating func crash(_ truth: Truth) {
        isUp = false
        let wanted = machine.wanted
        var next = Machine(ttl: ttl, now: machine.now)
        next.store = saved
        next.wanted = wanted
        machine = next
        done = savedDone
        flights = [:]
        let committed = saved.states.values.compactMap { state in
            saved.bodies[state.cid].map { body in
                Sight(state.id.kind == .run ? .run(state.id.id) : .job(state.id.id), body.bytes)
            }
        }
        readers.survive(committed: committed, by: truth)
    }

    /// Starts again: what was acknowledged and not done is done before anything is read.
    package mutating func start(_ truth: Truth, at now: Timestamp) {
        isUp = true
        life += 1
        machine.now = max(machine.now, now)
        work(truth)
    }
}
