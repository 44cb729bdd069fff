package org.googlenet.data.format;

import java.io.Serializable;

/**
 * One image of a data set.
 *
 * @param key unique in the data set, without a dot and never a path of a file
 * @param image the encoded bytes, JPEG or PNG
 * @param label the class, from 0 (the data set's label base is taken off already)
 */
@SuppressWarnings({"ArrayRecordComponent", "JavaLangClash"})
public record Record(String key, byte[] image, int label) implements Serializable {}
