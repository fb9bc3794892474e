import CacheCore
import Testing

struct OutcomeTests {
    @Test(arguments: [
        (Outcome(kind: .hit, source: .webhook, ttl: 117), "hookcache; hit; ttl=117; detail=webhook", Outcome.Label.hit),
        (Outcome(kind: .hit, source: .peer, ttl: 1), "hookcache; hit; ttl=1; detail=peer", .peer),
        (Outcome(kind: .stale, source: .upstream, ttl: -30), "hookcache; hit; ttl=-30; detail=upstream", .stale),
        (
            Outcome(
                kind: .forwarded(.miss, status: 200),
                source: .upstream,
                ttl: 120,
                isStored: true,
                isCollapsed: true
            ),
            "hookcache; fwd=miss; fwd-status=200; stored; ttl=120; collapsed; detail=upstream", .miss
        ),
        (
            Outcome(kind: .forwarded(.request, status: 200), source: .upstream, ttl: 120, isStored: true),
            "hookcache; fwd=request; fwd-status=200; stored; ttl=120; detail=upstream", .miss
        ),
        (
            Outcome(kind: .forwarded(.stale, status: 304), source: .poll, ttl: 5),
            "hookcache; fwd=stale; fwd-status=304; detail=poll", .revalidated
        ),
        (.passedThrough(isRead: true), "hookcache; fwd=bypass", .bypass),
        (.passedThrough(isRead: false), "hookcache; fwd=method", .bypass),
        (.failed(.miss), "hookcache; fwd=miss", .failed),
        (.refused, "hookcache", .refused),
    ])
    func anOutcomeIsItsHeaderAndItsLabel(outcome: Outcome, header: String, label: Outcome.Label) {
        #expect(outcome.cacheStatus == header)
        #expect(outcome.label == label)
    }

    @Test(arguments: [
        (Outcome(kind: .hit, source: .webhook, ttl: 1), Outcome.Tally?.some(.localHit), true),
        (Outcome(kind: .hit, source: .peer, ttl: 1), .peerHit, true),
        (Outcome(kind: .stale, source: .upstream, ttl: -1), .localHit, true),
        (Outcome(kind: .stale, source: .upstream, ttl: -1, isCounted: true), .localHit, false),
        (Outcome(kind: .forwarded(.miss, status: 200), source: .upstream, ttl: 1, isCounted: true), .miss, false),
        (Outcome(kind: .forwarded(.stale, status: 304), source: .upstream, ttl: 1), .miss, true),
        (.failed(.miss), .miss, false), (.refused, nil, false), (.passedThrough(isRead: true), nil, false),
        (.passedThrough(isRead: false), nil, false),
    ])
    func anOutcomeIsItsStatistic(outcome: Outcome, tally: Outcome.Tally?, isSaved: Bool) {
        #expect(outcome.tally == tally)
        #expect(outcome.savesCall == isSaved)
    }
}
