"""What Vedette is measured against."""
