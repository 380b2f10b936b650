/// Finds Chinese clauses that tell to defeat a protective device or to reach into a machine that runs.
///
/// Clauses come in simplified characters without blanks. A clause that forbids it, asks about it or tells that it happened
/// (`安全门开关被短接`, `是否短接`) is none.
enum HanProtectionDefeat {
    static func isFound(in clause: String, hasServiceWork: Bool) -> Bool {
        guard guarded.contains(where: clause.holds) || clause.holds("手") else { return false }
        // "Don't forget to" asks for it.
        let told = reminders.reduce(clause) { $0.replacing($1, with: "") }
        guard !forbidding.contains(where: told.holds), !describing.contains(where: told.holds) else { return false }
        if defeats.contains(where: { $0.matches(told) }) { return true }
        if runs.contains(where: { $0.matches(told) }) { return true }
        return !hasServiceWork && removals.contains { $0.matches(told) }
    }

    private static let reminders = ["不要忘记", "不要忘了", "别忘了", "别忘记", "勿忘", "请勿忘记", "记得不要忘", "不要犹豫", "不用担心"]
    private static let forbidding = [
        "禁止", "严禁", "请勿", "切勿", "勿", "不得", "不可", "不要", "不能", "不准", "不许", "不应", "不宜", "避免", "防止", "绝不", "违规", "杜绝",
    ]
    private static let describing = ["是否", "有无", "被", "误", "未", "没有", "可能", "导致", "造成", "遭", "曾", "危险"]

    private static let guarded = [
        "安全门", "防护门", "门开关", "门锁", "联锁", "连锁", "互锁", "安全开关", "安全继电器", "安全回路", "安全装置", "安全光", "安全锁", "安全地毯",
        "安全触边", "安全功能", "安全电路", "安全plc", "光栅", "光幕", "急停", "紧急停止", "紧急停机", "紧急开关", "防护罩", "护罩", "防护盖", "护栏",
        "双手", "保护装置", "保护开关", "安全插销", "安全模组", "防护装置", "防护栏", "限位开关",
    ]
    private static let device =
        "(安全(门|开关|继电器|回路|电路|装置|光栅|光幕|联锁|连锁|互锁|锁|地毯|触边|功能|插销|模组|plc)|防护(门|装置)|(门|门极)开关|门锁|联锁|连锁|互锁|光栅|光幕"
        + "|急停|紧急停止|紧急停机|紧急开关|双手(按钮|控制|启动|操作)|保护(装置|开关))"
    private static let cover = "(安全门|防护门|防护罩|护罩|防护盖|护栏|防护栏|门)"

    /// The device behind the verb, or before it where it is taken in hand (`将…短接`).
    private static let defeats = [
        "(旁路|短接|屏蔽|跨接|桥接|绕过|绕开|跳接|骗过|旁通|跨短)(掉|了)?[^短断路]{0,12}\(device)",
        "(^|先|再|然后|请|并|后|可|以|直接)短路(掉|了)?.{0,6}\(device)",
        "(将|把|使|让|用).{0,10}\(device).{0,10}(旁路|短接|屏蔽|跨接|短路|桥接|绕过|强制|失效|停用|禁用|遮住|挡住|绑住|塞住|压住|卡住|顶住|固定在|绑死|封住|粘住)",
        "\(device).{0,6}(可以|可|应|需|必须|请|先)(先|暂时|直接)?(旁路|短接|屏蔽|跨接|绕过|拆除|停用)",
        "(停用|禁用|取消|失效)\(device)(?!.{0,4}(警报|报警|警告|信号|状态))",
        "(绑住|塞住|压住|卡住|顶住|遮住|挡住|封住)\(device)",
    ].map(Pattern.init)

    private static let motion = "(运转|运行|运作|作动|转动|旋转|移动|加工|生产|动作|冲压|自动运转)"
    private static let runs = [
        "\(motion)(中|时|状态下|期间|当中|的时候|着).{0,8}(打开|开启|拉开|拆下|拆除|移开|掀开).{0,4}\(cover)",
        "\(motion)(中|时|状态下|期间|当中|的时候|着).{0,8}(伸手|将手|把手|手伸|用手).{0,8}",
        "(打开|开启|拉开|拆下|拆除|移开|掀开).{0,4}\(cover).{0,8}(继续|维持|保持|直接|让.{0,6}|再)?\(motion)(机|压|设|主|机台|设备)?$",
        "(打开|开启|拆下|拆除|移开).{0,6}\(cover)(后|之后)?(继续|直接|再|强制)(生产|运转|运行|启动|加工|操作|开机)",
        "(伸手|将手|把手|手伸).{0,10}(模具|机台|机器|机内|滚轮|轧辊|危险区).{0,6}\(motion)",
        "不(停机|断电|停止).{0,8}(打开|开启|拆|伸手|进入).{0,10}",
    ].map(Pattern.init)

    private static let removals = ["(拆除|移除|拆掉|卸下|拔除)(掉|了)?(\(device)|防护罩|护罩|防护盖|护栏)(?!的?(螺丝|螺栓|盖|接头|插头|电缆|固定))"].map(
        Pattern.init)
}
