package org.googlenet.data.format;

import java.io.Serializable;

/**
 * One record of a data set: an image and its class.
 *
 * @param key unique in the data set, without a dot, and never used as the path of a file
 * @param image the encoded bytes, of a format that can be decoded
 * @param label the class, from 0 (the data set's label base is already subtracted)
 */
@SuppressWarnings({"ArrayRecordComponent", "JavaLangClash"})
public record Record(String key, byte[] image, int label) implements Serializable {}
