import CacheCore
import Logging
import ServiceLifecycle
import Synchronization

extension CacheStore: Service {
    /// Saves what waits until shutdown, then saves the rest, folds the log into the file and closes it.
    package func run() async throws {
        let isFirst = memory.withLock { memory in
            defer { memory.isWriting = true }
            return !memory.isWriting && !memory.isClosed
        }
        guard isFirst else { throw StoreError(.failed, "the store is already running, or closed") }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepUp() }
            await withGracefulShutdownHandler {
                await self.writeUntilShutdown()
            } onGracefulShutdown: {
                self.wake.finish()
            }
            group.cancelAll()
        }
        await close()
    }

    /// Asks for a round of upkeep from time to time.
    private func keepUp() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(limits.upkeepSeconds))
            if !Task.isCancelled { sweep() }
        }
    }

    private func writeUntilShutdown() async {
        var pause = limits.firstRetryMilliseconds
        // What was there before the first wake-up: rows to delete that could not be read.
        wake.yield()
        for await _ in wakes {
            writing: while true {
                switch await writeOnce() {
                case .idle:
                    break writing
                case .saved:
                    pause = limits.firstRetryMilliseconds
                case .failed(let error):
                    await rest(milliseconds: pause, after: error)
                    pause = min(pause * 2, limits.lastRetryMilliseconds)
                    if Task.isCancelled || Task.isShuttingDownGracefully { break writing }
                }
            }
        }
    }

    /// Waits before the next attempt; deliveries are refused meanwhile, so that GitHub hears of it at once.
    private func rest(milliseconds: Int, after error: StoreError) async {
        let refused = memory.withLock { memory in
            memory.pause = error
            return memory.takeInserts()
        }
        for insert in refused { insert.continuation.resume(returning: .failure(error)) }
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(milliseconds)) }
        memory.withLock { $0.pause = nil }
    }

    private func close() async {
        memory.withLock { $0.isClosed = true }
        var failures = 0
        closing: while failures < limits.closingAttempts {
            switch await writeOnce() {
            case .idle: break closing
            case .saved: continue
            case .failed: failures += 1
            }
        }
        let (inserts, waiters, isComplete) = memory.withLock { memory in
            defer { memory.waiters = [] }
            return (memory.takeInserts(), memory.waiters, memory.unsaved.isEmpty)
        }
        for insert in inserts { insert.continuation.resume(returning: .failure(.closed)) }
        for waiter in waiters { waiter.resume(returning: .failure(.closed)) }
        if !isComplete {
            logger.error("The store closes with changes it could not save; what is not done yet is done again")
        }
        do {
            try database.close()
        } catch {
            logger.error("The store did not close cleanly", metadata: ["error": "\(error)"])
        }
    }
}

extension CacheStore {
    private enum Round {
        case idle
        case saved
        case failed(StoreError)
    }

    /// Makes up one transaction and saves it.
    private func writeOnce() async -> Round {
        guard let batch = memory.withLock({ $0.takeBatch(closing: $0.isClosed) }) else { return .idle }
        switch await save(batch) {
        case .success(let outcome):
            finish(batch, outcome)
            return .saved
        case .failure(let error):
            return await recover(batch, from: error)
        }
    }

    private func save(_ batch: Batch) async -> Result<Batch.Outcome, StoreError> {
        let (limits, moment) = (limits, now())
        return await database.write(preparing: { batch.packedBodies() }) { database, packed in
            try batch.save(to: database, bodies: packed, limits: limits, now: moment)
        }
    }

    private func finish(_ batch: Batch, _ outcome: Batch.Outcome) {
        let moment = now()
        let wasFailing = memory.withLock { memory in
            defer { memory.saved(batch, outcome, now: moment) }
            return memory.counters.isFailing
        }
        if wasFailing { logger.info("The store saves again") }
        for (insert, id) in zip(batch.inserts, outcome.accepted) {
            insert.continuation.resume(returning: .success(id.map(InboxResult.accepted) ?? .duplicate))
        }
        for waiter in batch.waiters { waiter.resume(returning: .success(())) }
    }

    /// Keeps the changes of a failed transaction for the next.
    ///
    /// Its deliveries are tried once more without them, so that nothing but the disk can keep a delivery out.
    private func recover(_ batch: Batch, from error: StoreError) async -> Round {
        let wasFailing = memory.withLock { memory in
            defer { memory.giveBack(batch) }
            return memory.counters.isFailing
        }
        if !wasFailing {
            logger.error("The store cannot save; it tries again", metadata: ["error": "\(error)"])
        }
        for waiter in batch.waiters { waiter.resume(returning: .failure(error)) }
        guard !batch.inserts.isEmpty else { return .failed(error) }
        let alone = Batch(inserts: batch.inserts)
        // With a failed delivery's mark unsaved, the same delivery would pass for a duplicate.
        if !batch.unsaved.isEmpty, !batch.unsaved.hasFailures, case .success(let outcome) = await save(alone) {
            let moment = now()
            memory.withLock { memory in
                memory.saved(alone, outcome, now: moment)
                memory.counters.isFailing = true
            }
            for (insert, id) in zip(alone.inserts, outcome.accepted) {
                insert.continuation.resume(returning: .success(id.map(InboxResult.accepted) ?? .duplicate))
            }
        } else {
            for insert in batch.inserts { insert.continuation.resume(returning: .failure(error)) }
        }
        return .failed(error)
    }
}
