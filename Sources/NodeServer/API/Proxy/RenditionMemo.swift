import NIOCore
import Synchronization

/// Keeps the renditions that are asked for again and again, so that a hot entry is rewritten and compressed once.
///
/// It holds two generations: what is used moves to the younger one, and when that is half of what may be held, the older
/// one is let go. So everything takes constant time, and what was not used for a generation is gone.
final class RenditionMemo: Sendable {
    private struct State {
        var young: [Rendition.Key: Rendition] = [:]
        var old: [Rendition.Key: Rendition] = [:]
        var youngBytes = 0
        var oldBytes = 0

        mutating func use(_ key: Rendition.Key, _ bounds: Bounds) -> Rendition? {
            if let held = young[key] { return held }
            guard let held = old.removeValue(forKey: key) else { return nil }
            oldBytes -= held.bytes.readableBytes
            keep(held, key, bounds)
            return held
        }

        mutating func keep(_ rendition: Rendition, _ key: Rendition.Key, _ bounds: Bounds) {
            let size = rendition.bytes.readableBytes
            // What would push out half of the others is not kept.
            guard size <= bounds.bytes / 2, bounds.count > 0 else { return }
            if youngBytes + size > bounds.bytes || young.count >= bounds.count {
                (old, oldBytes) = (young, youngBytes)
                (young, youngBytes) = ([:], 0)
            }
            youngBytes += size - (young.updateValue(rendition, forKey: key)?.bytes.readableBytes ?? 0)
        }
    }

    /// The bounds of one generation.
    private struct Bounds {
        let bytes: Int
        let count: Int
    }

    private let bounds: Bounds
    private let counters: ServerCounters
    private let state = Mutex(State())

    init(_ limits: Limits, counters: ServerCounters) {
        bounds = Bounds(bytes: limits.renditionBytes / 2, count: limits.renditions / 2)
        self.counters = counters
    }

    /// Bytes held.
    var bytes: Int { state.withLock { $0.youngBytes + $0.oldBytes } }

    /// The rendition of a key, made where it is not held.
    ///
    /// Two that ask at once may both make it: nobody waits for another's work, and the bytes are the same.
    func rendition(_ key: Rendition.Key, make: () -> Rendition) -> Rendition {
        let held = state.withLock { $0.use(key, bounds) }
        counters.rendition(isReused: held != nil)
        if let held { return held }
        let made = make()
        state.withLock { $0.keep(made, key, bounds) }
        return made
    }
}
