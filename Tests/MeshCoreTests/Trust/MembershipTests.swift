import MeshCore
import Testing

@Suite struct MembershipTests {
    @Test func theListDecidesAloneWhereThereIsOne() {
        let membership = Membership(allowed: [peer(1)], bootstrap: [peer(2)])
        #expect(membership.contains(peer(1)))
        #expect(!membership.contains(peer(2)))
    }

    @Test func withoutAListTheBootstrapPeersAreMembers() {
        let membership = Membership(allowed: nil, bootstrap: [peer(2)])
        #expect(membership.contains(peer(2)))
        #expect(!membership.contains(peer(3)))
    }

    @Test func holdersOfTheSwarmKeyAreAllMembers() {
        let membership = Membership(allowed: nil, bootstrap: [peer(2)], hasSwarmKey: true)
        #expect(membership.contains(peer(2)))
        #expect(membership.contains(peer(3)))
        #expect(!membership.isEmpty)
    }

    @Test func aListDecidesAloneInAPrivateNetworkToo() {
        let membership = Membership(allowed: [peer(1)], bootstrap: [peer(2)], hasSwarmKey: true)
        #expect(membership.contains(peer(1)))
        #expect(!membership.contains(peer(2)))
    }

    @Test func anEmptyListAdmitsNobody() {
        #expect(Membership(allowed: [], bootstrap: [peer(2)]).isEmpty)
    }
}
