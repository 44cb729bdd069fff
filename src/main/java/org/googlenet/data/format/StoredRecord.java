package org.googlenet.data.format;

/**
 * A record as it is written in a shard, with the label as text; {@link Labels} know its class.
 *
 * @param key of the record; unique in the data set
 * @param image the encoded bytes, meant to be of a format that can be decoded
 * @param label a number in decimal digits, or a name; not checked yet. Empty if there is none and
 *     {@link Fields#needsLabel} does not ask for one
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredRecord(String key, byte[] image, String label) {}
