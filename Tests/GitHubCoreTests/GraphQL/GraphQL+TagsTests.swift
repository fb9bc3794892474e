import Testing

@testable import GitHubCore

struct GraphQLTagsTests {
    private func query(_ text: String, _ variables: String = "{}") throws -> GraphQL.Query {
        var body = Array("{\"query\":".utf8)
        body.append(quoting: text)
        body += Array(",\"variables\":\(variables)}".utf8)
        guard case .query(let query) = GraphQL.Request(body: body) else { throw GraphQL.SyntaxError.truncated }
        return query
    }

    private func tags(_ text: String, _ variables: String = "{}", answer: String) throws -> String {
        let answer = try #require(GraphQL.Answer(Array(answer.utf8)))
        return answer.tags(of: try query(text, variables)).description
    }

    @Test(arguments: [
        (#"{repository(owner:"O",name:"R"){id}}"#, "{}", "o/r"),
        (#"{repository(name:"""r""",owner:"o"){id}}"#, "{}", "o/r"),
        ("query($o:String!,$n:String!){x:repository(owner:$o,name:$n){id}}", #"{"o":"a","n":"b"}"#, "a/b"),
        (#"query($o:String="a",$n:String="c"){repository(owner:$o,name:$n){id}}"#, #"{"n":"b"}"#, "a/b"),
        ("{...F} fragment F on Query{... on Query{repository(owner:\"o\",name:\"r\"){id}}}", "{}", "o/r"),
        (#"{a:repository(owner:"o",name:"r"){id} b:repository(owner:"o",name:"s"){id}}"#, "{}", "o/r o/s"),
        (#"{organization(login:"O"){login repository(name:"r"){id}}}"#, "{}", "o"),
        ("query($l:String!){user(login:$l){name}}", #"{"l":"u"}"#, "u"),
        (#"{search(query:"repo:o/r is:open org:Q",type:ISSUE,first:1){issueCount}}"#, "{}", "o/r q"),
        ("query($q:String!){search(query:$q,type:ISSUE){issueCount}}", #"{"q":"repo:o/r \"a\" user:u"}"#, "o/r u"),
        (#"{resource(url:"https://github.com/o/r/pull/1"){__typename}}"#, "{}", "o/r"),
        ("{viewer{login}}", #"{"owner":"o","name":"r"}"#, "o/r"),
        ("{viewer{login}}", #"{"in":[{"owner":"o","repo":"r"}]}"#, "o/r"),
        ("{viewer{login}}", #"{"owner":"o","repository":"r"}"#, "o/r"), ("{viewer{login}}", #"{"owner":"o"}"#, "o"),
        ("{viewer{login}}", #"{"nameWithOwner":"o/r"}"#, "o/r"),
        ("{viewer{login}}", #"{"x":{"repository":"o/r"}}"#, "o/r"),
        ("{viewer{login}}", #"{"q":"repo:o/r"}"#, "o/r"), ("{viewer{login}}", "{}", ""),
        ("{__schema{types{name}} meta{gitHubServicesSha}}", "{}", ""),
    ])
    func aQueryNamesItsPlaces(text: String, variables: String, expected: String) throws {
        let query = try query(text, variables)
        #expect(query.tags.description == expected)
        #expect(query.placement == .byText)
    }

    @Test(arguments: [
        (#"{node(id:"x"){id}}"#, GraphQL.Placement.unknown),
        (#"{node(id:"x"){... on Repository{nameWithOwner}}}"#, .byAnswer),
        (#"{node(id:"x"){... on Repository{nwo:nameWithOwner}}}"#, .unknown),
        (#"{nodes(ids:["x"]){...F}} fragment F on Node{x{url}}"#, .byAnswer),
        ("query($o:String){repository(owner:$o,name:\"r\"){id}}", .unknown),
        ("{viewer{repositories(first:1){nodes{name}}}}", .unknown),
        ("{viewer{repositories(first:1){nodes{resourcePath}}}}", .byAnswer),
        ("{viewer{...F}} fragment F on User{login}", .unknown),
        (#"{repository(owner:"o",name:"r"){id} node(id:"x"){id}}"#, .unknown),
        ("{search(query:\"is:open\",type:ISSUE){nodes{url}}}", .byAnswer),
        (#"{user(login:"u"){pullRequests(first:1){nodes{title}}}}"#, .unknown),
        (#"{viewer{repository(name:"r"){id}}}"#, .unknown),
    ])
    func aQueryThatDoesNotTellSaysSo(text: String, expected: GraphQL.Placement) throws {
        #expect(try query(text).placement == expected)
    }

    @Test(arguments: [
        (#"{"data":{"a":{"nameWithOwner":"O/R"}}}"#, "o/r"),
        (#"{"data":{"a":[{"url":"https://github.com/o/r/issues/1"}]}}"#, "o/r"),
        (#"{"data":{"a":{"url":"https://ghe.example/o/r"}}}"#, "o/r"),
        (#"{"data":{"a":{"resourcePath":"/o/r/pull/1?x#y"}}}"#, "o/r"),
        (#"{"data":{"repository":{"name":"r","owner":{"login":"o","id":"x"}}}}"#, "o/r"),
        (#"{"data":{"a":{"owner":{"login":"o"},"name":"r"}}}"#, "o/r"),
        (#"{"data":{"a":{"url":"https://github.com/octocat"}}}"#, ""),
        (#"{"data":{"a":{"url":"https://github.com/orgs/x/teams"}}}"#, ""),
        (#"{"data":{"a":{"url":null,"nameWithOwner":3,"name":"x"}}}"#, ""),
        (#"{"data":{"a":{"body":"https://github.com/o/r"}}}"#, ""),
        (#"{"data":{"a":{"nameWithOwner":"a/b"},"b":[[{"nameWithOwner":"c/d"}]]}}"#, "a/b c/d"),
        (#"{"data":null}"#, ""),
    ])
    func anAnswerNamesItsPlaces(text: String, expected: String) throws {
        #expect(try #require(GraphQL.Answer(Array(text.utf8))).tags.description == expected)
    }

    @Test func whatNobodyNamesIsAnyRepositorys() throws {
        let named = #"{"data":{"a":{"nameWithOwner":"o/r"}}}"#
        #expect(try tags(#"{node(id:"x"){id}}"#, answer: named) == "*")
        #expect(try tags(#"{node(id:"x"){nameWithOwner}}"#, answer: named) == "o/r")
        #expect(try tags(#"{node(id:"x"){nameWithOwner}}"#, answer: #"{"data":{"node":null}}"#) == "*")
        #expect(try tags(#"{repository(owner:"p",name:"q"){parent{nameWithOwner}}}"#, answer: named) == "o/r p/q")
        #expect(try tags("{viewer{login}}", answer: #"{"data":{"viewer":{"login":"u"}}}"#).isEmpty)
    }

    @Test func tagsAreBoundedAndReadBack() throws {
        var tags = GraphQL.Tags()
        for number in 0..<GraphQL.Limits.tags {
            tags.insert(.repository(try #require(RepositoryName(owner: "o", name: "r\(number)"))))
        }
        #expect(!tags.isAny)
        #expect(GraphQL.Tags(tags.description) == tags)
        tags.insert(.owner("p"))
        #expect(tags == .any)
        #expect(GraphQL.Tags("*") == .any)
        #expect(GraphQL.Tags("") == GraphQL.Tags())
        #expect(GraphQL.Tags("a/b/c") == nil)
    }

    @Test func tagsCoverTheirRepositories() throws {
        let repository = try #require(RepositoryName("O/R"))
        #expect(GraphQL.Tags("o/r")?.covers(repository) == true)
        #expect(GraphQL.Tags("o")?.covers(repository) == true)
        #expect(GraphQL.Tags.any.covers(repository))
        #expect(GraphQL.Tags("o/s p")?.covers(repository) == false)
        #expect(!GraphQL.Tags().covers(repository))
    }
}
