package import GitHubCore

/// What is to happen, in order; of one moment, in the order in which it was planned.
package struct Agenda<Item: Sendable>: Sendable {
    private var items: [(at: Timestamp, number: Int, item: Item)] = []
    private var count = 0

    /// Nothing.
    package init() {}

    /// When the next thing happens.
    package var next: Timestamp? { items.last?.at }

    /// When the last thing that is planned so far happens.
    package var last: Timestamp? { items.first?.at }

    /// Whether nothing is to happen.
    package var isEmpty: Bool { items.isEmpty }

    /// Plans something.
    package mutating func add(_ item: Item, at moment: Timestamp) {
        count += 1
        // The next one stands last.
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle].at > moment { low = middle + 1 } else { high = middle }
        }
        items.insert((moment, count, item), at: low)
    }

    /// Takes what happens next.
    package mutating func take() -> (at: Timestamp, item: Item)? { items.popLast().map { ($0.at, $0.item) } }
}
