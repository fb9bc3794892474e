import Testing

@testable import GitHubCore

struct HTTPDateTests {
    @Test(
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ]
    )
    func theThreeFormsOfTheStandardAreRead(text: String) {
        #expect(HTTPDate.seconds(text) == 784_111_777)
    }

    @Test(arguments: [0, 784_111_777, 951_782_400, 1_707_861_343, 4_102_444_799, -1])
    func printedDatesAreReadBack(seconds: Int64) {
        #expect(HTTPDate.seconds(HTTPDate.text(seconds)) == seconds)
    }

    @Test func datesArePrintedInTheFixedForm() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test(arguments: [
        "", "now", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 99 Nov 1994 08:49:37 GMT",
    ])
    func otherTextIsNoDate(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }
}
