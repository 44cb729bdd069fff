/** How good a model is: top-k, losses, per class, and what it says of single images. */
package org.googlenet.evaluation;
