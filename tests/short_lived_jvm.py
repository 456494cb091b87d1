"""Settings of a JVM that lives for a minute."""

# What Java's second compiler costs, such a process does not live to earn: a fifth of its CPU time, on a machine where
# another process of the tests waits for it.
SHORT_LIVED_JVM = {"SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1"}
