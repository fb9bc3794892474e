import ArgumentParser

/// Following something live.
struct WatchOptions: ParsableArguments {
    @Flag(help: "Follow it: print again each time it changes, until interrupted.")
    var watch = false

    /// How following goes on.
    enum Limits {
        /// What comes within this time of an event is shown with it.
        static let settling = Duration.milliseconds(100)
        /// Times and ages move on even where nothing happens, and what no event announces has its lifetime.
        static let pause = Duration.seconds(5)
    }

    /// Runs once, or prints each new text until the process is interrupted: whenever the node tells of something that
    /// matters to it, and now and then.
    func run(
        _ client: ControlClient,
        following interest: Interest,
        pause: Duration = Limits.pause,
        to terminal: Terminal = .output,
        text: () async throws -> String
    ) async throws {
        guard self.watch else {
            return terminal.write(try await ProgressBar.during("asking the node") { _ in try await text() })
        }
        let (occasions, occasion) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await client.follow(interest, pause: pause) { occasion.yield() } }
            group.addTask {
                while true {
                    occasion.yield()
                    try await Task.sleep(for: pause)
                }
            }
            var last: String?
            for await _ in occasions {
                let now = try await text()
                if now != last {
                    terminal.clear()
                    terminal.write(now)
                    last = now
                }
                try await Task.sleep(for: Limits.settling)
            }
        }
    }
}
