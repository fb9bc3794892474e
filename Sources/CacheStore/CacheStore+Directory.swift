extension CacheStore {
    /// Does something in a directory while no node uses it, and keeps one from starting meanwhile.
    ///
    /// - Throws: `StoreError` where a node runs, and whatever the work throws.
    package static func whileUnused<Result>(_ directory: String, _ work: () throws -> Result) throws -> Result {
        try StoreDirectory.hold(directory, work)
    }
}
