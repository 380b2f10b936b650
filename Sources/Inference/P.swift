public enum PI {}
