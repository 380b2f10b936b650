// The columns of a pass, written by the CPU before each run; `ColumnState` in Swift. A column is one token: which
// text (slot) it belongs to, where in it it stands, and how the token after it is drawn.
struct Column {
    uint position;
    uint slot;
    uint seed_low;
    uint seed_high;
    float inverse_temperature; // 0 asks for the greatest logit
    float top_p;               // 1 keeps all
    uint top_k;                // 0 keeps all
    uint flags;
};

// Only tokens that the column's mask allows may follow.
const uint IS_MASKED = 1;

layout(binding = COLUMNS_BINDING) readonly buffer Columns { Column columns[]; };
