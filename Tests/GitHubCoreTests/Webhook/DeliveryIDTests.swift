import GitHubCore
import Testing

struct DeliveryIDTests {
    @Test func aVersionOneIdentifierCarriesItsTime() throws {
        // The example of RFC 9562, appendix A.1: Tuesday, February 22, 2022 2:22:22.00 PM GMT-05:00.
        let id = try #require(DeliveryID("C232AB00-9414-11EC-B3C8-9F6BDECED846"))
        #expect(id.time == Timestamp(rfc3339: "2022-02-22T14:22:22-05:00"))
        #expect(id.description == "C232AB00-9414-11EC-B3C8-9F6BDECED846")
    }

    @Test(arguments: [
        "919108f7-52d1-4320-9bac-f847db4148a8", "c232ab00-9414-11ec-b3c8", "c232ab00941411ecb3c89f6bdeced846", "x",
        "g232ab00-9414-11ec-b3c8-9f6bdeced846", "c232ab00-9414-11ec-b3c8-9f6bdeced84z", "-----",
        "+232ab00-9414-11ec-b3c8-9f6bdeced846",
    ])
    func otherIdentifiersAreOpaque(text: String) throws {
        #expect(try #require(DeliveryID(text)).time == nil)
    }

    @Test func theEndsOfTimeDoNotTrap() throws {
        #expect(try #require(DeliveryID("00000000-0000-1000-8000-000000000000")).time != nil)
        #expect(try #require(DeliveryID("ffffffff-ffff-1fff-8000-000000000000")).time != nil)
    }

    @Test func aDeliverySpeaksOfItsOwnTimeWhereGitHubsClockCanHaveSetIt() throws {
        let id = try #require(DeliveryID("C232AB00-9414-11EC-B3C8-9F6BDECED846"))
        let own = try #require(id.time)
        #expect(id.moment(receivedAt: own) == own)
        #expect(id.moment(receivedAt: own.advanced(bySeconds: 3 * 86_400)) == own)
        // Of the future, or of a time that nobody redelivers from.
        for receipt in [own.advanced(byMilliseconds: -1), own.advanced(bySeconds: 7 * 86_400)] {
            #expect(id.moment(receivedAt: receipt) == receipt)
        }
        #expect(try #require(DeliveryID("opaque")).moment(receivedAt: own) == own)
    }

    @Test func identifiersAreBounded() {
        #expect(DeliveryID(String(repeating: "a", count: 128)) != nil)
        for text in ["", String(repeating: "a", count: 129), "a b", "a\n", "ä", "a\0"] {
            #expect(DeliveryID(text) == nil)
        }
    }
}
