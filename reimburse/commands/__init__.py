"""The commands of ``reimburse``, one file each; ``reimburse.cli`` lists them."""
