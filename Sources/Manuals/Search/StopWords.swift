/// Words and phrases of a question that say nothing about the fault.
enum StopWords {
    static let table: PhraseTable<Void> = {
        var table = PhraseTable<Void>()
        for phrase in english + chinese { table.add(phrase, ()) }
        return table
    }()

    private static let english: [String] = [
        "a", "an", "the", "is", "are", "was", "were", "be", "been", "being", "it", "its", "of", "on", "in", "at", "to",
        "for", "and", "or", "with", "by", "from", "as", "that", "this", "these", "those", "my", "our", "we", "us", "i",
        "im", "you", "your", "they", "them", "he", "she", "do", "does", "did", "done", "doing", "how", "what", "whats",
        "why", "when", "which", "who", "where", "can", "could", "should", "would", "will", "shall", "may", "might",
        "must", "has", "have", "had", "having", "there", "here", "please", "help", "me", "after", "before", "while",
        "during", "until", "since", "every", "each", "all", "any", "some", "very", "really", "just", "only", "also",
        "again", "still", "already", "now", "today", "always", "often", "sometimes", "get", "gets", "getting", "got",
        "go", "goes", "going", "come", "comes", "coming", "machine", "make", "makes", "making", "problem", "issue",
        "fault", "error", "alarm", "code", "message", "screen", "show", "shows", "showing", "appears", "says", "fix",
        "repair", "keep", "keeps", "about", "up", "down", "out", "off", "over", "so", "but", "if", "then", "than",
        "too", "not", "no", "nothing", "something", "seems", "seem", "looks", "look", "like", "see", "need", "needs",
        "want", "try", "tried", "trying", "happen", "happens", "suddenly", "into", "onto", "when", "whenever",
        "because", "one", "other", "t", "s", "won", "doesn", "don", "isn", "can't", "cannot", "anymore", "any more",
        "let", "lets", "way", "right", "wrong", "work", "works", "working", "correctly", "properly", "well", "bit",
        "little", "much", "more", "most", "few", "around", "through", "between", "even", "though", "whole", "nearly",
        "almost", "hardly", "fully", "completely", "maybe", "perhaps", "somehow", "someone", "somebody", "everything",
        "anything", "away", "along", "near", "next", "under", "against", "take", "takes", "took", "taking",
        "feel", "feels", "felt", "moment", "hour", "hours", "minute", "minutes", "while", "ago",
        "yesterday", "morning", "night", "shift", "week", "month", "year", "long", "forever", "ever", "never", "once",
        "twice", "both", "same", "such", "quite", "rather", "instantly", "immediately", "quickly", "slowly",
        "give", "gives", "given", "put", "puts", "find", "finds", "found", "tell", "tells", "know", "knows", "think",
        "believe", "mean", "means", "thing", "things", "kind", "sort", "side", "place", "time", "times",
        "done", "making", "used", "use", "using", "without", "within", "be", "able", "unable",
        "fails", "fail", "failed", "failure", "bad", "badly", "good", "ok", "okay", "new", "old",
    ]

    private static let chinese: [String] = [
        "怎麼辦", "怎麼處理", "如何處理", "怎麼回事", "怎麼", "怎樣", "如何", "為什麼", "為何", "什麼", "請問", "是否", "可以", "應該", "可能",
        "發生", "出現", "顯示", "處理", "排除", "解決", "故障", "異常", "警報", "問題", "機台", "機器", "設備", "一直", "有時", "有時候", "常常",
        "突然", "忽然", "沒有", "無法", "不能", "不會", "好像", "似乎", "感覺", "看起來", "還是", "已經", "然後", "之後", "以後", "的時候",
        "時候", "到底", "總是", "老是", "每次", "又", "再", "的", "了", "嗎", "呢", "吧", "啊", "是", "在", "有", "會", "請", "我", "你", "他",
        "們", "這", "那", "個", "該", "和", "與", "或", "很", "太", "都", "也", "就", "才", "只", "還", "後", "時", "不", "沒", "把", "被",
        "讓",
        "要", "想", "去", "來", "到", "從", "跟", "用", "做", "得", "著", "過", "一下", "一點", "有點", "一", "些", "幾", "次", "能", "可",
        "上面", "裡面", "快要", "快", "差不多", "幾乎", "完全", "慢慢", "馬上", "立刻", "剛剛", "剛才", "今天", "昨天", "早上", "晚上",
        "很久", "多久", "半天", "永遠", "有人", "東西", "自己", "直接", "全部", "整個", "其中", "變得", "變成", "開始", "繼續", "結果", "原因",
        "一樣", "這樣", "那樣", "說", "給", "為", "於", "以", "並", "但", "卻", "再次", "好", "壞", "新", "舊", "上", "下", "中", "裡", "內",
        "出", "起來", "因為", "所以", "如果", "但是", "而且",
    ]
}
