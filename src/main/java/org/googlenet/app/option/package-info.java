/** Options that several commands share. */
package org.googlenet.app.option;
