/**
 * Lists of images that lie anywhere, as shards: {@link org.googlenet.data.format.list.ListFormat}
 * reads the images of a piece of a list, several at a time.
 *
 * <p>{@link org.googlenet.data.format.list.ImageList} reads a list as people write it, CSV or JSON
 * lines, and {@link org.googlenet.data.format.list.ListShards} cuts it into pieces, which are the
 * shards of a data set. The images stay where they are.
 */
package org.googlenet.data.format.list;
