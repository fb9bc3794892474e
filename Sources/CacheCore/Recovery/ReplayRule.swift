/// In what portions acknowledged deliveries are done again after a stop, so that one that ends the process blocks no other.
///
/// What was begun and not done is begun again in smaller portions, in the end by itself; what was alone when the process
/// stopped is set aside.
package struct ReplayRule: Hashable, Sendable {
    /// How many are begun together, by how often they were begun before.
    package var portions = [256, 16, 1]

    /// The documented portions.
    package init() {}

    /// How many deliveries, from the first, are begun together.
    ///
    /// - Parameter attempts: How often each was begun before, in their order.
    /// - Returns: Their number; 0 where the first is to be set aside, or there is none.
    package func portion(of attempts: some Sequence<Int>) -> Int {
        var first: Int?
        var count = 0
        for attempt in attempts {
            guard first == nil || first == attempt, attempt < portions.count, count < portions[attempt] else { break }
            first = attempt
            count += 1
        }
        return count
    }
}
