import Foundation

/// Finds text that speaks to the software that reads a manual: instructions to an assistant, the marks of chat
/// templates, in English and Chinese.
enum SoftwareAddress {
    static func isFound(in text: ScreenText) -> Bool {
        // Nearly no row holds any of these.
        guard
            hints.contains(where: text.squeezed.holds) || text.folded.holds("<|") || text.folded.holds("[inst")
                || text.folded.holds("[/inst")
        else { return false }
        return patterns.contains { $0.matches(text.folded) }
            || squeezedPatterns.contains { $0.matches(text.squeezed) }
            || chinese.contains { $0.matches(text.squeezed) }
    }

    private static let hints = [
        "ignor", "1gnor", "disregard", "forget", "prompt", "assistant", "language", "model", "output", "youare",
        "youre",
        "im_start", "im_end", "instruction", "chatgpt", "chatbot", "jailbreak", "respond", "reply", "answer", "pretend",
        "actas", "operator", "theuser", "eot_id", "turn", "endoftext", "sys", "override", "action", "llm", "theai",
        "toai", "anai", "ifai", "task", "忽略", "忽视", "略过", "跳过", "规则", "无视", "理会", "忘", "提示", "输出", "助手", "助理", "你",
        "模型", "扮演", "指令",
        "指示", "人工智", "越狱", "回答", "告诉", "告知",
    ]

    private static let earlier = "(above|previous|prior|preceding|earlier|foregoing|aforementioned)"
    private static let objects =
        "(instructions?|prompts?|texts?|rules?|messages?|context|directions?|commands?|guidelines?|content|everything|steps?"
        + "|passages?|manuals?|remed(y|ies)|safety|output|print|write|say|and|then)"
    private static let fillers =
        "(all|any|every|everything|anything|of|the|these|those|your|my|what|is|was|text|said|written|stated)"
    /// A manual may well say never to do so.
    private static let unforbidden =
        "(?<!not )(?<!never )(?<!n't )(?<!dont )(?<!who )(?<!or )(?<!not to )(?<!dangerous to )(?<!if you )"
    private static let readers =
        "(ai|a\\.i\\.|llm|gpt|chatgpt|(large )?language model|chat ?bot|bot|virtual assistant|ai assistant"
        + "|ai model|assistant)"

    /// Of the text in one line.
    private static let patterns: [Pattern] = [
        // Ignore the above, output …
        #"\#(unforbidden)\b(ignore|disregard|forget|override|overlook|skip)\s+(\#(fillers)\s+)*\#(earlier)(\s*([.,;:!]|$)|\s+\#(objects)\b)"#,
        #"\#(unforbidden)\b(ignore|disregard|forget|override)\s+(\#(fillers)\s+)*((system|original|initial|given|safety|real)\s+)?(instructions|guidelines|system prompt)\b"#,
        #"\#(unforbidden)\b(ignore|disregard|forget)\s+(all|everything)(\s+(that|which|you|was|is|said|written|above|before|and)\b|\s*[.,;:!]|$)"#,
        #"\boutput\s+(only\s+)?(the\s+|this\s+|as\s+)*((following|next|first)\s+)?(steps?|answers?|instructions?|actions?|text)\s*:\s*[a-z\p{Han}"']"#,
        #"\b(print|write|output|say|give|show|return)\s+(only\s+)?(the\s+)?following\s+(as\s+(a|the)\s+)?(steps?|answers?|actions?)\b"#,
        #"(?<!at the )(?<!at a )(?<!until the )(?<!for the )(?<!when the )\bsystem prompt\b(?!s? (appears|is displayed|is shown|returns))"#,
        #"\byou(\s+are|re|'re|’re)\s+(now\s+)?(an?\s+|the\s+|my\s+)?(\w+\s+){0,3}\#(readers)\b"#,
        #"\b(act|behave|respond|answer|speak|pose)\s+as\s+(if\s+you\s+were\s+)?(an?|the)\s+(\w+\s+){0,2}\#(readers)\b"#,
        #"\bpretend\s+(to\s+be|you|that\s+you)\b"#,
        #"\bas\s+an?\s+(llm|large language model|language model|ai\s+(model|assistant|system|language)|ai\s*[,:])"#,
        #"\b(dear|hey|hello|attention|note\s+(to|for)|message\s+(to|for)|instructions?\s+(to|for))\s+(all\s+|the\s+|any\s+)?(llms?|assistants?|language models?|chat ?bots?|ai models?)\b"#,
        #"\b(if\s+you\s+are|you,?\s+the)\s+(an?\s+|the\s+)?(ai|llm|assistant|language model|model)\b"#,
        // AI alone is an analog input.
        #"\b(llm|language model|chat ?bot|ai\s+(assistant|model|system|reader))s?\s*(must|should|shall|reading|please)\b"#,
        #"(?<![\p{L}\d-] )\bassistant\s*:"#,
        #"\b(new|real|actual|true|updated|hidden|secret)\s+instructions?\s*(:|are\b|is\b|follow)"#,
        #"\b(do\s+not|don'?t|never)\s+(tell|inform|mention|reveal|warn|say)\b[^.;:]{0,40}\b(operator|user|person|human|reader|anyone|technician)s?\b"#,
        #"\byour\s+(new\s+|only\s+|next\s+|final\s+)?(task|answer|response|reply|prompt)\s+(is|are|must|should|shall|will)\b"#,
        #"\b(respond|reply|answer)\s+(only|exactly)\s+(with|in|by)\b"#,
        #"\b(respond|reply|answer)\s+with\s+(only|exactly|the\s+following|the\s+words?|this)\b"#,
        #"\b(prompt\s+injection|jailbreak|chatgpt|developer\s+mode\s+enabled|do\s+anything\s+now)\b"#,
        #"<\|\s*/?\s*[a-z_ ]+\s*\|>"#, #"<\|\s*(im|start|end|system|user|assistant|eot|begin)"#,
        #"\[\s*/?\s*inst\s*\]"#, #"<<\s*/?\s*sys\s*>>"#,
        #"<\s*/?\s*(start|end)_of_turn\s*>"#, #"#{2,}\s*(instruction|response|system|assistant)s?\s*:"#,
        #""(action|steps|cite)"\s*:"#,
    ].map(Pattern.init)

    /// Of the letters alone: blanks, line ends, cells and signs between them hide nothing.
    private static let squeezedPatterns: [Pattern] = [
        #"(?<!not)(?<!never)(?<!dont)(ignore|1gnore|disregard|forget|override)\#(fillers)*\#(earlier)(text|instruction|prompt|message|context|direction|command|guideline|content|rule|output|print)"#,
        #"(?<!not)(?<!never)(?<!dont)(ignore|disregard|forget)(all|any|your|the|these|my|safety|system|original)+(instructions|systemprompt|guidelines)"#,
        #"im_start|im_end|eot_id|start_of_turn|end_of_turn|begin_of_text"#,
        #"(reveal|ignore|your|new|override|print|repeat)(the|your)?systemprompt"#,
        #"you(are|re)(now)?(an?|the)(helpful|expert|large|new)*(ai|llm|languagemodel|chatbot|assistant)"#,
        #"asan?(ai|large)?languagemodel"#, #"ignoretheabove(and|output|print|write|say)"#,
        #"outputstep(open|bypass|remove|defeat|jumper|reach)"#,
    ].map(Pattern.init)

    private static let chineseEarlier = "(以上|上述|上面|之前|先前|前面|此前|前述|原有|原来|原本|原先|上文|前文)"
    private static let chineseObjects = "(指示|指令|内容|说明|提示|规则|要求|命令|文字|信息|讯息|资讯|步骤|对话|设定|手册|一切|约束|限制)"
    private static let chineseFillers = "(所有|全部|一切|任何|的|你|你的|这些|那些|掉|了)"

    private static let notForbidden = "(?<!勿)(?<!不要)(?<!不可)(?<!不得)(?<!不能)(?<!禁止)(?<!严禁)(?<!若)(?<!如果)"

    /// In simplified characters without blanks.
    private static let chinese: [Pattern] = [
        "\(notForbidden)(忽略|无视|忽视|不要理会|不必理会|不理会|别理会|忘记|忘掉|抛开|抛弃)\(chineseFillers)*\(chineseEarlier)\(chineseFillers)*\(chineseObjects)",
        "\(notForbidden)(忽略|无视|忽视|不要理会|不必理会|不理会|别理会|忘记|忘掉)\(chineseFillers)*\(chineseEarlier)(所有|全部|的)*(?!的?(所有|全部)?(报警|警报|告警|警告|异常|故障|信号|讯号|错误|代码|数值|现象|情况|情形|项|条件|灯))",
        "(略过|跳过|覆盖|取代|推翻)\(chineseFillers)*\(chineseEarlier)?\(chineseFillers)*(指示|指令|提示词|提示|规则)",
        "\(notForbidden)(忽略|无视|忘记|忘掉)(你的|所有|全部|一切|任何|系统)+(指示|指令|提示|规则|限制|约束)",
        "(输出|印出|打印|回答|回复)(以下|下列|下面|如下|这个|此|的|一个)*(步骤|答案|指令|回答)",
        "(你|您)(现在|从现在起|从此|其实)?(是|扮演|作为|身为|充当)(一个|一名|一位|个|名|位|的)?.{0,8}(助手|助理|语言模型|模型|机器人|人工智能|人工智慧|ai)",
        "请?扮演(一个|一名|一位)?.{0,8}(助手|助理|模型|ai|角色)", "(大)?语言模型", "(ai|人工智能|人工智慧|智能|智慧)(助手|助理|模型|机器人)", "聊天机器人",
        "系统提示(词|语)", "提示(词)?注入", "越狱", "(助手|助理|语言模型)(必须|应当|应该|请|须|只能)", "(新的|真正的)(指示|指令)(是|如下|为)",
        "(不要|请勿|勿|不得|别|切勿)(告诉|告知|透露|提及|通知|警告)(给)?(使用者|用户|操作员|操作者|操作人员|作业员|人员)",
        "你的(新)?(任务|回答|回复|输出|职责|角色|指令)(是|必须|应|为|只)",
    ].map(Pattern.init)
}

/// A regular expression that is compiled once.
struct Pattern: @unchecked Sendable {
    // NSRegularExpression is immutable and documented as safe to share; matching keeps its state elsewhere.
    private let expression: NSRegularExpression?

    /// - Parameter source: of this project; a test compiles them all.
    init(_ source: String) { expression = try? NSRegularExpression(pattern: source) }

    var isValid: Bool { expression != nil }

    func matches(_ text: String) -> Bool {
        expression?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
