-- Orders whose facts an older reader made are found by going through each shop's orders once per reader, page by page: an index for it would cost every order.
CREATE TABLE "reader_walk" (
    "shop" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "cursor" TEXT NOT NULL DEFAULT '',
    "walks" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    CONSTRAINT "reader_walk_pkey" PRIMARY KEY ("shop")
);
