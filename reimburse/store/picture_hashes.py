"""Perceptual hashes of pictures, cut into bands so that near ones are found by an index."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base


class PictureHashRow(Base):
    """The hash of the picture that a reading comes from (``parsers.phash``), in hexadecimal."""

    __tablename__ = "picture_hashes"

    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64))


class PictureBandRow(Base):
    """One of the bands of a hash. Hashes that differ in fewer bits than there are bands share one of them."""

    __tablename__ = "picture_bands"
    __table_args__ = (Index("ix_picture_bands_position_value_reading_id", "position", "value", "reading_id"),)

    reading_id: Mapped[int] = mapped_column(
        ForeignKey("picture_hashes.reading_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(16))
