/**
 * One image: its header, the rectangle of it that is taken, and its way to a tensor and back to a
 * file.
 */
package org.googlenet.data.image;
