"""The paper's experiments, and the methods that it compares with."""
