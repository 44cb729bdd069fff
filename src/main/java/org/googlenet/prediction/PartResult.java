package org.googlenet.prediction;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * What a part has become: the content of its note, and of its line in the manifest.
 *
 * @param name of its object
 * @param rows records that it has
 * @param unreadable how many of them cannot be read
 * @param bytes of the object
 * @param sha256 of the object
 * @param firstUnreadable a line for each of the first of them
 */
record PartResult(
    String name,
    long rows,
    long unreadable,
    long bytes,
    String sha256,
    ArrayList<String> firstUnreadable)
    implements Serializable {}
