package org.googlenet.architecture.wrong.strange;

/** Breaks the package table on purpose: its package is not in the table. */
public record Homeless(int number) {}
