import GitHubCore
import Testing

@Suite struct LoggedDeliveryTests {
    private func object(_ text: String) throws -> JSONObject { try JSONObject(Array(text.utf8)) }

    @Test func anEntryIsRead() throws {
        let entry = try #require(
            LoggedDelivery(
                try object(
                    #"""
                    {"id":12345678,"guid":"0b989ba4-242f-11e5-81e1-c7b6966d2516","delivered_at":"2019-06-03T00:57:16Z",
                    "redelivery":true,"duration":0.27,"status":"OK","status_code":200,"event":"issues","action":"opened",
                    "installation_id":123,"repository_id":456,"throttled_at":null}
                    """#
                )
            )
        )
        #expect(entry.id == 12_345_678 && entry.guid.text == "0b989ba4-242f-11e5-81e1-c7b6966d2516")
        #expect(entry.deliveredAt.rfc3339 == "2019-06-03T00:57:16Z")
        #expect(entry.isRedelivery && entry.isOK && entry.event == "issues" && entry.action == "opened")
    }

    @Test(arguments: [
        ("OK", 200, true), ("OK", 0, true), ("Accepted", 202, true), ("Invalid HTTP Response: 503", 503, false),
        ("failed to connect to host", 502, false), ("timed out", 0, false),
    ])
    func whetherItWasReceivedWell(status: String, code: Int, isOK: Bool) throws {
        let text =
            #"{"id":1,"guid":"g","delivered_at":"2026-08-01T10:00:00Z","event":"e","status":"\#(status)","status_code":\#(code)}"#
        #expect(LoggedDelivery(try object(text))?.isOK == isOK)
    }

    @Test(arguments: [
        "{}", #"{"id":"1","guid":"g","delivered_at":"2026-08-01T10:00:00Z","event":"e"}"#,
        #"{"id":1,"guid":"a b","delivered_at":"2026-08-01T10:00:00Z","event":"e"}"#,
        #"{"id":1,"guid":"g","delivered_at":"yesterday","event":"e"}"#,
        #"{"id":1,"guid":"g","delivered_at":"2026-08-01T10:00:00Z"}"#,
    ])
    func whatDoesNotSayWhichWhenAndWhatIsNone(text: String) throws {
        #expect(LoggedDelivery(try object(text)) == nil)
    }

    @Test func thePayloadIsCutOutAsItStands() throws {
        let text = #"{"id":1,"request":{"headers":{},"payload":{"a" : [1, 2] }},"response":{}}"#
        #expect(LoggedDelivery.payload(in: try object(text)) == Array(#"{"a" : [1, 2] }"#.utf8))
        for none in [#"{"request":{"payload":null}}"#, #"{"request":null}"#, "{}"] {
            #expect(LoggedDelivery.payload(in: try object(none)) == nil)
        }
    }
}
