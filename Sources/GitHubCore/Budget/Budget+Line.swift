extension Budget {
    /// A place in line for a call that waits for its turn.
    package struct Ticket: Hashable, Sendable {
        /// What waits.
        package let call: Call
        /// Where it stands.
        let place: Line.Place
    }

    /// Calls that wait for a place among those under way, in rounds of one call of each quota of each credential: within one
    /// the first to come is the first to go, and none has to wait for all that another wants.
    struct Line: Sendable {
        /// Whoever has the lower one goes first.
        struct Place: Hashable, Sendable, Comparable {
            let round: Int
            let number: Int

            static func < (left: Place, right: Place) -> Bool {
                (left.round, left.number) < (right.round, right.number)
            }
        }

        private struct Key: Hashable, Sendable {
            let account: String
            let quota: QuotaKind

            init(_ call: Call) {
                account = call.account
                quota = call.quota
            }
        }

        /// Places by priority, the lowest first.
        private struct Places: Sendable {
            private var lists = [[Place]](repeating: [], count: Priority.allCases.count)
            private(set) var count = 0

            /// The places that come before one: all of higher priorities, and the lower ones of its own.
            func count(before place: Place, _ priority: Priority) -> Int {
                lists[(priority.rawValue + 1)...].reduce(Self.index(of: place, in: lists[priority.rawValue])) {
                    $0 + $1.count
                }
            }

            mutating func insert(_ place: Place, _ priority: Priority) {
                let index = Self.index(of: place, in: lists[priority.rawValue])
                if index < lists[priority.rawValue].count, lists[priority.rawValue][index] == place { return }
                lists[priority.rawValue].insert(place, at: index)
                count += 1
            }

            mutating func remove(_ place: Place, _ priority: Priority) {
                let index = Self.index(of: place, in: lists[priority.rawValue])
                guard index < lists[priority.rawValue].count, lists[priority.rawValue][index] == place else { return }
                lists[priority.rawValue].remove(at: index)
                count -= 1
            }

            private static func index(of place: Place, in list: [Place]) -> Int {
                var (low, high) = (0, list.count)
                while low < high {
                    let middle = (low + high) / 2
                    if list[middle] < place { low = middle + 1 } else { high = middle }
                }
                return low
            }
        }

        /// The calls of one quota, those that it holds back itself among them.
        private struct Queue: Sendable {
            var places = Places()
            var lastRound: Int
        }

        private var queues: [Key: Queue] = [:]
        /// The calls that wait for others' calls to end, and for nothing else.
        private var ready = Places()
        private var round = 0
        private var nextNumber = 0
        private(set) var count = 0

        mutating func join(_ call: Call) -> Ticket {
            var queue = queues[Key(call)] ?? Queue(lastRound: round - 1)
            queue.lastRound = max(round, queue.lastRound + 1)
            nextNumber += 1
            let ticket = Ticket(call: call, place: Place(round: queue.lastRound, number: nextNumber))
            queue.places.insert(ticket.place, call.priority)
            queues[Key(call)] = queue
            ready.insert(ticket.place, call.priority)
            count += 1
            return ticket
        }

        /// Notes that a call had its turn: whoever comes now comes after it.
        mutating func serve(_ ticket: Ticket) {
            round = max(round, ticket.place.round)
            leave(ticket)
        }

        mutating func leave(_ ticket: Ticket) {
            ready.remove(ticket.place, ticket.call.priority)
            let key = Key(ticket.call)
            guard var queue = queues[key] else { return }
            count -= queue.places.count
            queue.places.remove(ticket.place, ticket.call.priority)
            count += queue.places.count
            queues[key] = queue.places.count == 0 ? nil : queue
        }

        /// Notes whether a call waits for its own credential's sake, so that nobody waits for it.
        mutating func note(_ ticket: Ticket, isHeld: Bool) {
            if isHeld {
                ready.remove(ticket.place, ticket.call.priority)
            } else {
                ready.insert(ticket.place, ticket.call.priority)
            }
        }

        /// The calls of the same quota that come before one.
        func aheadOfItsOwn(_ ticket: Ticket) -> Int {
            queues[Key(ticket.call)]?.places.count(before: ticket.place, ticket.call.priority) ?? 0
        }

        /// The calls of all that come before one.
        func ahead(of ticket: Ticket) -> Int {
            ready.count(before: ticket.place, ticket.call.priority)
        }
    }
}
